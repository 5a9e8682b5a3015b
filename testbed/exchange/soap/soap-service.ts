import { backOffDetails, type FaultRule } from '../http/fault-plan.ts';
import type { SubscriptionHub } from '../notifications/subscription-hub.ts';
import type { SchemaTable } from '../schema/schema-table.ts';
import type { Account } from '../store/account.ts';
import type { World } from '../store/world.ts';
import type { WriteOptions } from '../xml/write-xml.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { failure } from './answer.ts';
import type { Call } from './call.ts';
import { writeEnvelope, writeFault } from './envelope.ts';
import { EwsError } from './ews-error.ts';
import { operationTable } from './operation-table.ts';
import { readCall } from './read-call.ts';

/** An answer ready for the wire. */
export interface SoapAnswer {
  readonly status: number;
  readonly body: string;
}

/** Is shown the SOAP messages of a server. */
export type Tap = (xml: string, direction: 'request' | 'answer') => void;

/** Reads requests, carries them out and writes answers. */
export class SoapService {
  readonly #world: World;
  readonly #schema: SchemaTable;
  readonly #hub: SubscriptionHub;
  readonly #tap: Tap;

  /** `tap` is shown every request and answer. */
  constructor(world: World, schema: SchemaTable, hub: SubscriptionHub, tap: Tap = () => undefined) {
    this.#world = world;
    this.#schema = schema;
    this.#hub = hub;
    this.#tap = tap;
  }

  /** Reads a request; `affinity` names the server of the array it was sent to on purpose. Throws EwsError. */
  read(text: string, caller: Account, affinity: string | undefined): Call {
    this.#tap(text, 'request');
    const read = readCall(text, caller, this.#world, this.#schema);
    return {
      ...read,
      hub: this.#hub,
      backEnd: affinity ?? this.#world.backEndOf(read.reader),
      envelope: (message) => writeEnvelope(message, this.#world.version, this.#options(read.generation)),
    };
  }

  /** Carries a request out. Errors become faults; nothing is thrown. */
  async answer(call: Call): Promise<SoapAnswer> {
    try {
      const operation = operationTable[call.request.name];
      if (operation === undefined) {
        throw new EwsError('ErrorInvalidRequest', `The simulator does not know ${call.request.name}.`, {
          isFault: true,
        });
      }
      return this.write(await operation(call), call);
    } catch (thrown) {
      return this.fault(thrown);
    }
  }

  /** An answer that says no to everything the request asks. */
  refuse(call: Call, rule: FaultRule): SoapAnswer {
    const error = errorOf(rule);
    if (rule.does === 'fault') return this.fault(error);
    const { name } = call.request;
    return this.write(el(`${name}Response`, [el('ResponseMessages', [failure(name, error)])]), call);
  }

  /** Carries out all that a request asks but for one item, to which the answer says no. */
  async refuseItem(call: Call, rule: FaultRule, place: number): Promise<SoapAnswer> {
    const { name } = call.request;
    const request = withoutItem(call.request, place);
    const operation = operationTable[name];
    if (request === undefined || operation === undefined) return this.answer(call);
    const answer = await operation({ ...call, request });
    const messages = [...(child(answer, 'ResponseMessages')?.children ?? [])];
    messages.splice(place, 0, failure(name, errorOf(rule)));
    return this.write(el(`${name}Response`, [el('ResponseMessages', messages)]), call);
  }

  write(answer: XmlNode, call: Call): SoapAnswer {
    return this.#shown({
      status: 200,
      body: writeEnvelope(answer, this.#world.version, this.#options(call.generation)),
    });
  }

  /** The fault of anything thrown; what is no EwsError is a mistake of the simulator and says so. */
  fault(thrown: unknown): SoapAnswer {
    const error =
      thrown instanceof EwsError
        ? thrown
        : new EwsError(
            'ErrorInternalServerError',
            `Simulator: ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
          );
    return this.#shown({
      status: 500,
      body: writeFault(error, this.#world.version, this.#options(this.#world.version.generation)),
    });
  }

  #shown(answer: SoapAnswer): SoapAnswer {
    this.#tap(answer.body, 'answer');
    return answer;
  }

  #options(generation: number): WriteOptions {
    return { schema: this.#schema, generation, rawCharacters: true };
  }
}

/** Elements that list what a request is about. */
const lists: ReadonlySet<string> = new Set(['Items', 'ItemChanges', 'ItemIds']);

/** The request with one item fewer; undefined when it has none at that place. */
function withoutItem(request: XmlNode, place: number): XmlNode | undefined {
  const list = request.children.find(({ name }) => lists.has(name));
  if (list === undefined || place >= list.children.length) return undefined;
  const shorter = { ...list, children: list.children.toSpliced(place, 1) };
  return { ...request, children: request.children.map((one) => (one === list ? shorter : one)) };
}

function errorOf({ code = 'ErrorServerBusy', message, backOffMs }: FaultRule): EwsError {
  return new EwsError(code, message, { isFault: true, details: backOffDetails(backOffMs) });
}
