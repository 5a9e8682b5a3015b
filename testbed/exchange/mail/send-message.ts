import type { World } from '../store/world.ts';
import { bounce } from './bounce.ts';
import { deliver } from './deliver.ts';

/**
 * Carries a message to its recipients: into the mailboxes of this server, groups spread out, and by `sendOut` to all others.
 * An unknown address of a domain of this server comes back to the sender as a report.
 */
export async function sendMessage(world: World, from: string, to: readonly string[], raw: Buffer): Promise<void> {
  const outside: string[] = [];
  const unknown: string[] = [];
  for (const address of spread(world, to)) {
    const account = world.account(address);
    if (account !== undefined) deliver(world, account, raw);
    else if (world.isLocalDomain(address)) unknown.push(address);
    else outside.push(address);
  }
  const sender = world.account(from);
  if (unknown.length > 0 && sender !== undefined) deliver(world, sender, bounce(raw, from, unknown, world.now()));
  if (outside.length > 0) await world.sendOut({ from, to: outside, raw });
}

/** The recipients, each once, with groups replaced by their members. */
function spread(world: World, addresses: readonly string[]): Set<string> {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  const add = (address: string): void => {
    const key = address.toLowerCase();
    if (seen.has(key)) return;
    seen.add(key);
    const group = world.groups.get(key);
    if (group === undefined) found.set((world.account(address)?.address ?? address).toLowerCase(), address);
    else for (const member of group.members) add(member);
  };
  for (const address of addresses) add(address);
  return new Set(found.values());
}
