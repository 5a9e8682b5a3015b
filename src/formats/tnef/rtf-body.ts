import { decodeCodePage } from './mapi-properties.ts';

/** The body that an RTF text holds. */
export interface RtfBody {
  /** True where the RTF was made from HTML, which comes back as it was (MS-OXRTFEX). */
  readonly isHtml: boolean;
  readonly text: string;
}

/** Where the reader stands inside braces; every group begins with its parent's. */
interface Group {
  /** Nothing here is shown: a table, a picture, a destination that is not known. */
  isHidden: boolean;
  /** Inside `\htmltag`: what stands here is HTML. */
  isTag: boolean;
  /** Between `\htmlrtf` and `\htmlrtf0`: shown by RTF readers alone. */
  isRtfOnly: boolean;
  isFontTable: boolean;
  font: number;
  /** Characters after `\u` that repeat it for old readers. */
  fallback: number;
}

const DEPTH = 500;
const HIDDEN = new Set(
  'colortbl stylesheet info pict object header footer headerl headerr footerl footerr themedata colorschememapping latentstyles datastore listtable listoverridetable rsidtbl generator xmlnstbl mhtmltag fldinst footnote'.split(
    ' ',
  ),
);
const SPECIAL: Readonly<Record<string, string>> = {
  par: '\r\n',
  line: '\r\n',
  tab: '\t',
  lquote: '\u2018',
  rquote: '\u2019',
  ldblquote: '\u201c',
  rdblquote: '\u201d',
  bullet: '\u2022',
  endash: '\u2013',
  emdash: '\u2014',
  '~': '\u00a0',
  _: '\u00ad',
  '{': '{',
  '}': '}',
  '\\': '\\',
  '\n': '\r\n',
  '\r': '\r\n',
};
/** Code pages of `\fcharset`. */
const CHARSETS: Readonly<Record<number, number>> = {
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};
const PIECE = /\\(?:'([0-9a-f]{2})|([a-z]{1,32})(-?\d{1,10})? ?|([^a-z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+/gi;

class RtfReader {
  private readonly output: string[] = [];
  private readonly groups: Group[] = [];
  private readonly fonts = new Map<number, number>();
  private group: Group = { isHidden: false, isTag: false, isRtfOnly: false, isFontTable: false, font: -1, fallback: 1 };
  private codePage = 1252;
  /** Bytes not decoded yet, one a character. */
  private pending = '';
  private toSkip = 0;
  private isStarred = false;
  private tooDeep = 0;
  isHtml = false;

  private get isShown(): boolean {
    const { isHidden, isTag, isRtfOnly, isFontTable } = this.group;
    return !isHidden && !isFontTable && (isTag || !isRtfOnly);
  }

  private flush(): void {
    if (this.pending === '') return;
    const page = this.fonts.get(this.group.font) ?? this.codePage;
    const bytes = Buffer.from(this.pending, 'latin1');
    this.output.push(decodeCodePage(bytes, page === 10000 ? 'macintosh' : `cp${page}`));
    this.pending = '';
  }

  byte(value: number): void {
    if (this.toSkip > 0) this.toSkip -= 1;
    else if (this.isShown) this.pending += String.fromCharCode(value);
  }

  text(written: string): void {
    const kept = this.toSkip > 0 ? written.slice(this.toSkip) : written;
    this.toSkip = Math.max(0, this.toSkip - written.length);
    if (this.isShown) this.pending += kept;
  }

  private show(text: string): void {
    if (!this.isShown) return;
    this.flush();
    this.output.push(text);
  }

  open(): void {
    this.flush();
    this.isStarred = false;
    if (this.groups.length >= DEPTH) {
      this.tooDeep += 1;
      return;
    }
    this.groups.push(this.group);
    this.group = { ...this.group };
  }

  close(): void {
    this.flush();
    this.toSkip = 0;
    if (this.tooDeep > 0) this.tooDeep -= 1;
    else this.group = this.groups.pop() ?? this.group;
  }

  symbol(sign: string): void {
    if (sign === '*') {
      this.isStarred = true;
      return;
    }
    const shown = SPECIAL[sign];
    if (shown === undefined) return;
    if (this.toSkip > 0) this.toSkip -= 1;
    else this.show(shown);
  }

  word(name: string, number: number | undefined): void {
    const isStarred = this.isStarred;
    this.isStarred = false;
    if (name === 'fromhtml') this.isHtml = number !== 0;
    else if (name === 'ansicpg') this.codePage = number ?? 1252;
    else if (name === 'htmlrtf') this.setRtfOnly(number !== 0);
    else if (name === 'htmltag') this.group.isTag = true;
    else if (name === 'fonttbl') this.group.isFontTable = true;
    else if (name === 'f') this.setFont(number ?? 0);
    else if (name === 'fcharset') this.nameFont(number ?? 0);
    else if (name === 'uc') this.group.fallback = Math.min(100, Math.max(0, number ?? 1));
    else if (name === 'u') this.unicode(number ?? 0);
    else if (HIDDEN.has(name) || isStarred) this.group.isHidden = true;
    else if (SPECIAL[name] !== undefined) this.show(SPECIAL[name] ?? '');
  }

  private setRtfOnly(isRtfOnly: boolean): void {
    this.flush();
    this.group.isRtfOnly = isRtfOnly;
  }

  private setFont(font: number): void {
    this.flush();
    this.group.font = font;
  }

  private nameFont(charset: number): void {
    const page = CHARSETS[charset];
    if (this.group.isFontTable && page !== undefined && this.fonts.size < 1000) this.fonts.set(this.group.font, page);
  }

  private unicode(code: number): void {
    this.show(String.fromCharCode(code & 0xffff));
    this.toSkip = this.group.fallback;
  }

  finish(): string {
    this.flush();
    return this.output.join('');
  }
}

/** The body of an RTF text: HTML where it was made from HTML, otherwise its words without formatting. Costs its size; never throws. */
export function readRtfBody(rtf: Buffer): RtfBody {
  const reader = new RtfReader();
  for (const [, hex, word, number, sign, brace, text] of rtf.toString('latin1').matchAll(PIECE)) {
    if (brace === '{') reader.open();
    else if (brace === '}') reader.close();
    else if (text !== undefined) reader.text(text);
    else if (hex !== undefined) reader.byte(Number.parseInt(hex, 16));
    else if (word !== undefined) reader.word(word, number === undefined ? undefined : Number(number));
    else if (sign !== undefined) reader.symbol(sign);
  }
  return { text: reader.finish(), isHtml: reader.isHtml };
}
