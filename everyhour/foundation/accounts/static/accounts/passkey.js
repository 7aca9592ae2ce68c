// Passkeys: ask the server for a question, the device for its answer, and send that as the form it belongs to.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }));

async function question(form) {
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "error" });
  if (!response.ok) throw new Error(String(response.status));
  const asked = (await response.json()).publicKey;
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
  if (asked.excludeCredentials) asked.excludeCredentials = known(asked.excludeCredentials);
  if (asked.allowCredentials) asked.allowCredentials = known(asked.allowCredentials);
  return asked;
}

function answer(credential) {
  const result = { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(), response: {} };
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) result.response[part] = text(credential.response[part]);
  if (credential.response.getTransports) result.response.transports = credential.response.getTransports();
  if (credential.authenticatorAttachment) result.authenticatorAttachment = credential.authenticatorAttachment;
  return result;
}

async function use(form) {
  const said = form.querySelector("[data-passkey-said]");
  said.textContent = "";
  try {
    const asked = { publicKey: await question(form) };
    const credential = await (form.dataset.passkey === "create" ? navigator.credentials.create(asked) : navigator.credentials.get(asked));
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  } catch { said.textContent = said.dataset.words; }
}

if (window.PublicKeyCredential) for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = false;
  form.addEventListener("submit", event => { event.preventDefault(); use(form); });
}
