/** A server product whose behaviour can be simulated. */
export type ServerProduct =
  | 'Exchange2007_SP1'
  | 'Exchange2010'
  | 'Exchange2010_SP1'
  | 'Exchange2010_SP2'
  | 'Exchange2013'
  | 'Exchange2013_SP1'
  | 'Exchange2016'
  | 'Exchange2019'
  | 'ExchangeSE';

/** What a product says and can. */
export interface ServerVersion {
  readonly product: ServerProduct;
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  readonly revision: number;
  /** `ServerVersionInfo/@Version`; real servers send words that the schema does not have. */
  readonly text: string;
  /** Schema it knows: 0 for 2007 SP1, 1 for 2010, 2 for 2013, 3 for later ones. */
  readonly generation: number;
  /** Streaming notifications came with 2010 SP1. */
  readonly hasStreaming: boolean;
  /** Connections a user may hold at once. */
  readonly connectionLimit: number;
  /** Streaming connections a user may hold at once. */
  readonly hangingConnectionLimit: number;
  /** Largest request, bytes. */
  readonly requestLimitBytes: number;
}

type Row = readonly [number, number, number, number, string, number, boolean, number, number, number];

const rows: Readonly<Record<ServerProduct, Row>> = {
  Exchange2007_SP1: [8, 1, 436, 0, 'Exchange2007_SP1', 0, false, 10, 0, 30_000_000],
  Exchange2010: [14, 0, 722, 0, 'Exchange2010', 1, false, 10, 0, 35_000_000],
  Exchange2010_SP1: [14, 1, 438, 0, 'Exchange2010_SP1', 1, true, 10, 3, 35_000_000],
  Exchange2010_SP2: [14, 3, 513, 0, 'Exchange2010_SP2', 1, true, 10, 3, 35_000_000],
  Exchange2013: [15, 0, 620, 29, 'Exchange2013', 2, true, 27, 3, 67_108_864],
  Exchange2013_SP1: [15, 0, 1497, 48, 'V2_23', 2, true, 27, 3, 67_108_864],
  Exchange2016: [15, 1, 2507, 39, 'V2017_07_11', 3, true, 27, 10, 67_108_864],
  Exchange2019: [15, 2, 1544, 11, 'V2017_07_11', 3, true, 27, 10, 67_108_864],
  ExchangeSE: [15, 2, 2562, 17, 'V2018_01_08', 3, true, 27, 10, 67_108_864],
};

/** The products, oldest first. */
export const serverProducts = Object.keys(rows) as readonly ServerProduct[];

/** True for the name of a product. */
export function isServerProduct(name: string): name is ServerProduct {
  return name in rows;
}

/** The facts of a product. */
export function serverVersion(product: ServerProduct): ServerVersion {
  const [major, minor, build, revision, text, generation, hasStreaming, connectionLimit, hanging, bytes] =
    rows[product];
  return {
    product,
    major,
    minor,
    build,
    revision,
    text,
    generation,
    hasStreaming,
    connectionLimit,
    hangingConnectionLimit: hanging,
    requestLimitBytes: bytes,
  };
}

/** The schema generation a request's version asks for; undefined for a version this server cannot speak. */
export function requestedGeneration(version: string | undefined, server: ServerVersion): number | undefined {
  if (version === undefined) return 0;
  const generation = generationOf(version);
  return generation === undefined || generation > server.generation ? undefined : generation;
}

function generationOf(version: string): number | undefined {
  if (/^Exchange2007(_SP1)?$/.test(version)) return 0;
  if (/^Exchange2010(_SP[12])?$|^Exchange2009$/.test(version)) return 1;
  if (/^Exchange2013(_SP1)?$|^Exchange2012$/.test(version)) return 2;
  return /^Exchange201[56]$|^V20\d\d_\d\d_\d\d$/.test(version) ? 3 : undefined;
}
