/** A part of a content model: one element, or a group of parts one after another or to choose from. */
export type Particle = ElementParticle | GroupParticle | { readonly kind: 'any' };

export interface ElementParticle {
  readonly kind: 'element';
  /** Prefix of the namespace. */
  readonly ns: string;
  readonly name: string;
  readonly type: string;
  /** The server generation that brought it: 0 for 2007 SP1, 1 for 2010, 2 for 2013, 3 for later ones. */
  readonly since: number;
  readonly optional: boolean;
  readonly many: boolean;
}

export interface GroupParticle {
  readonly kind: 'sequence' | 'choice';
  readonly parts: readonly Particle[];
  readonly optional: boolean;
  readonly many: boolean;
}

/** Reads a content model as scripts/make-exchange-schema.ts writes it: `t.Id=type@1? (t.A=x | t.B=y)*`. */
export function parseContent(text: string): GroupParticle {
  const tokens = text.match(/[()|]|[?*+]|[^\s()|?*+]+/g) ?? [];
  let at = 0;

  function times(): { optional: boolean; many: boolean } {
    const sign = tokens[at] ?? '';
    if (!/^[?*+]$/.test(sign)) return { optional: false, many: false };
    at += 1;
    return { optional: sign !== '+', many: sign !== '?' };
  }

  function group(): { kind: 'sequence' | 'choice'; parts: Particle[] } {
    const parts: Particle[] = [];
    let kind: 'sequence' | 'choice' = 'sequence';
    while (at < tokens.length && tokens[at] !== ')') {
      const token = tokens[at] ?? '';
      at += 1;
      if (token === '|') kind = 'choice';
      else if (token === '(') {
        const inner = group();
        at += 1;
        parts.push({ ...inner, ...times() });
      } else parts.push(token === 'any' ? any() : element(token));
    }
    return { kind, parts };
  }

  function any(): Particle {
    times();
    return { kind: 'any' };
  }

  function element(token: string): Particle {
    const [, ns = '', name = '', type = '', since = '0'] = /^(\w)\.(\w+)=([^@]+)(?:@(\d))?$/.exec(token) ?? [];
    return { kind: 'element', ns, name, type, since: Number(since), ...times() };
  }

  return { ...group(), optional: false, many: false };
}
