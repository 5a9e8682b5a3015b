import type { SubscriptionHub } from '../notifications/subscription-hub.ts';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';
import type { XmlNode } from '../xml/xml-node.ts';

/** One request on its way through an operation. */
export interface Call {
  readonly world: World;
  /** Element of the SOAP body. */
  readonly request: XmlNode;
  /** Who signed in. */
  readonly caller: Account;
  /** On whose behalf: the impersonated user, else the caller. */
  readonly reader: Account;
  /** What the client knows of the schema: 0 for 2007 SP1 to 3 for 2016 and later. */
  readonly generation: number;
  /** Windows name of the zone that dates without offset are in. */
  readonly timeZone: string;
  readonly hub: SubscriptionHub;
  /** Name of the server of the array that answers; subscriptions live on one. */
  readonly backEnd: string;
  /** A message as the client understands it, for what is sent later than the answer. */
  readonly envelope: (message: XmlNode) => string;
}

/** Carries out a request and gives the element of the answer. Throws EwsError. */
export type Operation = (call: Call) => XmlNode | Promise<XmlNode>;
