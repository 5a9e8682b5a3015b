import { el, type XmlNode } from '../xml/xml-node.ts';
import { EwsError } from './ews-error.ts';

/** One `...ResponseMessage` that says yes. */
export function success(operation: string, content: readonly (XmlNode | undefined)[] = []): XmlNode {
  return el(`${operation}ResponseMessage`, [el('ResponseCode', 'NoError'), ...content], { ResponseClass: 'Success' });
}

/** One `...ResponseMessage` that says no. */
export function failure(operation: string, error: EwsError, content: readonly XmlNode[] = []): XmlNode {
  const parts = [...errorParts(error), ...content];
  return el(`${operation}ResponseMessage`, parts, { ResponseClass: 'Error' });
}

/** Text, code and details of an error. */
export function errorParts(error: EwsError): XmlNode[] {
  return [
    el('MessageText', error.message),
    el('ResponseCode', error.code),
    el('DescriptiveLinkKey', 0),
    ...(error.details.length > 0 ? [el('MessageXml', error.details)] : []),
  ];
}

/** `...Response` with its messages. */
export function response(operation: string, messages: readonly XmlNode[]): XmlNode {
  return el(`${operation}Response`, [el('ResponseMessages', messages)]);
}

/** Answers each part of a request by itself: one that fails does not hinder the next. `onError` is added to a failure. */
export async function answerEach<Part>(
  operation: string,
  parts: readonly Part[],
  work: (part: Part) => readonly (XmlNode | undefined)[] | Promise<readonly (XmlNode | undefined)[]>,
  onError: readonly XmlNode[] = [],
): Promise<XmlNode> {
  const messages: XmlNode[] = [];
  for (const part of parts) {
    try {
      messages.push(success(operation, await work(part)));
    } catch (thrown) {
      if (!(thrown instanceof EwsError) || thrown.isFault) throw thrown;
      messages.push(failure(operation, thrown, onError));
    }
  }
  return response(operation, messages);
}
