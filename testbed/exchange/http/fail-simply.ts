import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultRule } from './fault-plan.ts';

/** Does what a rule says outside of SOAP: cuts, sends garbage, or answers with an HTTP status. */
export function failSimply(rule: FaultRule, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  if (rule.does === 'cut' || rule.does === 'half') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (rule.does === 'garbage') {
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end('<garbage');
    return;
  }
  response.writeHead(rule.status ?? 503, { ...rule.headers }).end(rule.message ?? '');
}
