// The offline bundle as this phone needs it.
import { unpack } from "./choosing.js";

/** Fetch the bundle; null when it is not here. `wishes` promises what was said of the child. */
export async function fetchBundle(address, wishes) {
  const fetched = fetch(address);
  const response = (await fetchWays(address, await wishes)) ?? (await fetched);
  if (!response.ok) return null;
  const body = await response.json();
  dispatchEvent(new CustomEvent("bundle", { detail: body })); // for the crisis sheet
  return { ...body, chances: unpack(body.chances) };
}

/** The larger bundle, for a child whose body needs its own ways; null when it is not here. */
async function fetchWays(address, wishes) {
  if (!wishes.bodies?.length) return null;
  const response = await fetch(`${address}ways/`).catch(() => null);
  return response?.ok ? response : null;
}
