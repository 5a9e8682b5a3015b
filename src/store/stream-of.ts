import type pg from 'pg';

/** What a connection writes to; corked, it holds back what is written until it is uncorked as often, and then writes it in one piece. */
export function streamOf(client: pg.PoolClient): pg.Connection['stream'] {
  return (client as unknown as { readonly connection: pg.Connection }).connection.stream;
}
