// Passkeys: fetch the server's options, ask the device, and send its answer with the form.
function bytes(base64url) {
  const base64 = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

function text(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const known = list => (list ?? []).map(one => ({ ...one, id: bytes(one.id) }));

async function fetchOptions(form) {
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  if (!response.ok) throw new Error(String(response.status));
  const options = (await response.json()).publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  return options;
}

const BINARY = [
  "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle",
];

function serialize(credential) {
  const { response } = credential;
  const result = {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {},
  };
  for (const part of BINARY) {
    if (response[part]) result.response[part] = text(response[part]);
  }
  if (response.getTransports) result.response.transports = response.getTransports();
  if (credential.authenticatorAttachment) {
    result.authenticatorAttachment = credential.authenticatorAttachment;
  }
  return result;
}

async function use(form) {
  const said = form.querySelector("[data-passkey-said]");
  said.textContent = "";
  try {
    const publicKey = await fetchOptions(form);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = JSON.stringify(serialize(credential));
    form.submit();
  } catch {
    said.textContent = said.dataset.words;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", event => {
      event.preventDefault();
      use(form);
    });
  }
}
