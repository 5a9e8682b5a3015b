/** Why a message was not delivered, in one word. */
export type FailureReason =
  | 'userUnknown'
  | 'hostUnknown'
  | 'moved'
  | 'takesNoMail'
  /** The server took the address and then said that nobody is there: a filter, not the address. */
  | 'filtered'
  | 'mailboxFull'
  | 'disabled'
  | 'tooLarge'
  | 'blocked'
  | 'spam'
  | 'virus'
  | 'policy'
  | 'authentication'
  | 'relaying'
  | 'rateLimit'
  | 'expired'
  | 'network'
  | 'content'
  | 'rejected'
  | 'system'
  | 'unknown';

/** What a report says of one failure. */
export interface FailureWords {
  /** Enhanced status code such as `5.1.1` (RFC 3463); empty when none. */
  readonly status: string;
  /** SMTP reply code; empty when none. */
  readonly reply: string;
  /** The words of the server, or of the report. */
  readonly text: string;
  /** Everything the report says, to tell at which command the server refused; empty when not known. */
  readonly session?: string;
}

/** Reasons that no later try can mend: the address leads nowhere. */
const HARD: ReadonlySet<FailureReason> = new Set(['userUnknown', 'hostUnknown', 'moved', 'takesNoMail']);

/** Words by which mail servers tell their reason; the first that hits decides. */
const WORDS: readonly (readonly [FailureReason, RegExp])[] = [
  [
    'authentication',
    /\b(?:dmarc|dkim|spf)\b|sender policy framework|unauthenticated (?:e-?mail|senders?)|sender id \(pra\)|authentication[- ]results.*fail|not authori[sz]ed to send (?:e-?mail )?(?:on behalf|from)/i,
  ],
  [
    'blocked',
    /reverse[- ]?dns|\brdns\b|\bptr\b|no reverse|does not resolve to|unresolvable relay|cannot find your hostname|hostname (?:is )?not found in dns|helo|ehlo command rejected|bad dns|invalid (?:domain|ip)( name)? for sending/i,
  ],
  [
    'takesNoMail',
    /null ?mx|does not accept (?:any )?(?:e-?mail|mail|messages)\b|no mx (?:record )?found|could ?n[o']t find a mail exchanger|no mail exchanger|smtp service (?:is )?not available here|doesn't (?:receive|accept) (?:any )?(?:e-?)?mail|nullmx/i,
  ],
  [
    'mailboxFull',
    /(?:mail ?box|inbox|quota|storage|mail ?drop|account)(?: \S+){0,6} (?:is |are |was )?(?:full|exceeded|over ?quota|out of storage|reached)|over ?quota|quota (?:has been )?exce|exceed\w*(?: \S+){0,4} (?:quota|storage)|mail ?box ?full|full mail ?box|out of (?:storage|space)|insufficient (?:storage|disk)|not enough (?:storage|disk|space)|disk full|too many messages (?:in|on)|maildir (?:\S+ )?(?:over|full)|storage (?:space )?limit|quotaexceeded/i,
  ],
  [
    'tooLarge',
    /(?:message|mail|size|e-?mail)(?: \S+){0,3} (?:too (?:big|large)|exceed\w* (?:\S+ ){0,4}(?:size|limit|maximum))|(?:size|length|line) limit exceeded|exceed\w* (?:\S+ ){0,3}(?:max\w*|size) (?:message )?(?:size|limit)|message size|too large|too big/i,
  ],
  [
    'moved',
    /(?:mail ?box|user|address|recipient)(?: \S+){0,4} (?:has )?moved|has been (?:changed|replaced) to|no longer at this|changed (?:my|their|his|her) (?:e-?mail )?address|no forwarding address/i,
  ],
  [
    'disabled',
    /(?:account|user|mail ?box|recipient|address)(?:\(s\))?(?: \S+){0,5} (?:is |been |was |has )*(?:disabled|suspended|inactive|deactivated|discontinued|blocked by|locked|temporarily unavailable|restricted|expired)|disabled (?:recipient|account|user|mail ?box)|inactive (?:user|recipient|mail ?box|account)|account (?:is |has )?(?:been )?(?:suspended|disabled)|mail ?box (?:disabled|unavailable for)|user(?: \S+)? not active/i,
  ],
  ['virus', /\bvirus|malware|infected|phishing|trojan/i],
  [
    'rateLimit',
    /too many (?:connections|messages|recipients|e-?mails|errors|concurrent)|rate limit|throttl|(?:daily|hourly|sending) (?:\S+ )?(?:quota|limit)|receiving mail (?:at a rate|too quickly)|try again later.*rate|concurrency|unusual rate|exceed\w* (?:\S+ ){0,3}rate/i,
  ],
  [
    'spam',
    /\bspam(?!haus|cop)|unsolicited|junk ?mail|blacklisted url|bulk mail|content (?:filter|rejected)|looks like spam|bogofilter|message refused by (?:\S+ )?filter/i,
  ],
  [
    'blocked',
    /block ?list|black ?list|\brbl\b|dnsbl|spamhaus|spamcop|client host (?:\S+ )?(?:blocked|rejected)|banned|bad reputation|poor reputation|reputation|blocked using|your (?:ip|server|host|network)\b|ip(?: address)? (?:\S+ )?(?:is |has been |was )?(?:blocked|rejected|listed|denied)|weren't sent|unfortunately, messages from|temporarily deferred due to|please use the smtp server|dynamic ip|access denied.*\[?\d+\.\d+\.\d+\.\d+|(?:connection|connect\w*) (?:was )?refused by (?:policy|server)|unexpected volume|server access (?:\S+ )?forbidden|invalid ip/i,
  ],
  [
    'relaying',
    /relay(?:ing)?(?: \S+){0,2} (?:denied|prohibited|not (?:permitted|allowed))|not (?:permitted|allowed) to relay|unable to relay|no relaying|relay access|not local/i,
  ],
  [
    'rejected',
    /sender (?:address )?(?:rejected|denied|not allowed|verify failed|unknown)|sender (?:is )?not (?:allowed|authori[sz]ed|permitted)|not (?:a )?member|only (?:\S+ )?members|permission to post|domain of sender|(?:from|sender) (?:address|domain) (?:\S+ ){0,4}(?:not exist|rejected|invalid)|rejected by (?:the )?(?:recipient|user)|you (?:can ?not|are not (?:allowed|authori[sz]ed|permitted))|invalid sender|mail from (?:\S+ )?(?:rejected|refused)/i,
  ],
  ['system', /procmail|(?:could ?n[o']t|cannot|can't) (?:create|open|append|write)|unknown mailer error/i],
  [
    'hostUnknown',
    /\b[\w-]+(?:\.[\w-]+)+ does not exist|host (?:\S+ )?(?:unknown|not found)|unknown host|domain (?:\S+ )?(?:does(?: not|n't) exist|not found|is not valid)|no such (?:host|domain)|host or domain name not found|domain name not found|name service error.*not found|could ?n[o']t (?:find|resolve) (?:any )?(?:host|domain)|unrouteable (?:address|mail domain)|unroutable|bad (?:destination )?(?:system|host)|dns (?:lookup )?(?:failure|error)|domain not found|recipient domain|nxdomain|unknown domain|dns domain (?:\S+ )?does not exist|no (?:a|mx)(?:\/\S+)? records?|all relevant mx records point to non-existent/i,
  ],
  [
    'userUnknown',
    /(?:user|recipient|mail ?box|address|account|addressee|local[- ]part|alias|name|id)(?:\(s\))?(?: (?!reject)\S+){0,6}? (?:(?:is |are |was |were )?(?:unknown|invalid|not (?:be )?(?:found|known|exist|recogni[sz]ed|valid|listed))|un(?:known|available)|does(?: not|n't) (?:exist|have)|do not exist|doesnotexist|could ?n[o']t be found|wasn'?t found|has been (?:deleted|removed))|(?:unknown|invalid|no such|non-?existent|bad|undeliverable|unrecogni[sz]ed|no|illegal|not a (?:known|valid)|does not exist)(?: (?:or illegal|destination|final delivery|local|virtual|e-?mail|mail))* (?:user|recipient|mail ?box|address|account|alias|userid|person|local)|not our customer|user unknown|doesn'?t have an? \S+ account|not listed in|no account|recipnotfound|not (?:found|listed) in (?:the )?(?:directory|domino directory)|no one (?:with|by) that name|mailbox not found|no such user|\u30c7\u30a3\u30ec\u30af\u30c8\u30ea\u306e\u30ea\u30b9\u30c8\u306b\u3042\u308a\u307e\u305b\u3093|email account that you tried to reach does not exist/i,
  ],
  [
    'expired',
    /(?:delivery|message|retry|queue|envelope|mail)(?: \S+){0,4} (?:time(?:d)?[ -]?out|expired|timeout)|time(?:d)?[ -]out|expired|could not (?:be )?deliver(?:ed)? (?:for|within)|has (?:not|been) (?:yet )?(?:been )?(?:delivered|delayed)|in the queue too long|cannot send message (?:for|within)|failing for a long time|delivery (?:failed|attempts?)(?: \S+)? \d+ attempts|failed \d+ attempts|was not delivered within|aborted after|giv(?:en|ing) up|too long|not accept our requests to connect|retry/i,
  ],
  [
    'network',
    /connection (?:refused|reset|timed|lost|failed|dropped)|connect(?:ion)? to|network (?:is )?(?:unreachable|error)|no route|unreachable|lost connection|deferred|routing loop|mail loop|hop count|too many hops|not responding|tls|socket error/i,
  ],
  [
    'userUnknown',
    /recipient address rejected(?:\.?$|: access denied)|#?5\.1\.[01] address rejected|no valid recipients/i,
  ],
  [
    'content',
    /media error|(?:bad|invalid|illegal) (?:header|message|mime|content)|attachment|8-?bit|charset|message-id|rfc ?\d{3,4}|conversion|malformed/i,
  ],
  [
    'policy',
    /polic(?:y|ies)|security|not authori[sz]ed|access denied|administrative|prohibited|permission|encryption|transport rule|denied/i,
  ],
  [
    'system',
    /system|mailer error|internal|configuration|local error|service (?:is )?(?:unavailable|not available)|ldap|i\/o error|cannot (?:append|open|create)|can't create|pipe to|mail server/i,
  ],
  ['rejected', /reject|refused|not accepted|declined|not allowed/i],
];

/** Reasons by enhanced status code, subject and detail (RFC 3463, and codes that large services added). */
const STATUSES: readonly (readonly [RegExp, FailureReason])[] = [
  [/^5\.1\.[01]$|^5\.1\.(?:3|4|10)$/, 'userUnknown'],
  [/^5\.1\.2$|^5\.4\.310$/, 'hostUnknown'],
  [/^[45]\.1\.6$/, 'moved'],
  [/^5\.4\.4$/, 'hostUnknown'],
  [/^[45]\.1\.[789]$/, 'rejected'],
  [/^[45]\.2\.2$/, 'mailboxFull'],
  [/^[45]\.2\.3$|^[45]\.3\.4$/, 'tooLarge'],
  [/^[45]\.2\.1$/, 'disabled'],
  [/^[45]\.4\.7$/, 'expired'],
  [/^4\.4\./, 'expired'],
  [/^[45]\.4\./, 'network'],
  [/^[45]\.7\.(?:8|9|1[34]|20|21|22|23|26|509)$/, 'authentication'],
  [/^[45]\.7\./, 'policy'],
  [/^[45]\.6\./, 'content'],
  [/^[45]\.[35]\./, 'system'],
  [/^4\./, 'expired'],
];

/** Reasons that a status code tells by itself, whatever the words. */
const SURE: ReadonlySet<FailureReason> = new Set(['moved', 'mailboxFull']);

/** What some services write before the words of the other server. */
const PREAMBLE = /^[245]\.\d\.\d - [^'"]*?(?=\d{3}-)/;

/** The server had accepted the address, or its status code means something else: what it says of the user is a filter's word. */
function isFilter(words: FailureWords): boolean {
  const session = `${words.text} ${words.session ?? ''}`;
  if (/^[245]\.1\./.test(words.status) || /rcpt/i.test(session)) return false;
  return /^[245]\.(?:2\.[01]|3\.0|7\.\d+)$/.test(words.status) || /\bDATA\b|end of data/.test(session);
}

/** The reason of a failure from its words, else from its codes. Pure. */
export function failureReason(words: FailureWords): FailureReason {
  const text = words.text.slice(0, 4000).replace(/\s+/g, ' ').trim().replace(PREAMBLE, '');
  const exact = STATUSES.find(([pattern]) => pattern.test(words.status))?.[1];
  if (exact !== undefined && (SURE.has(exact) || /^[45]\.1\.[78]$/.test(words.status))) return exact;
  const said = WORDS.find(([, pattern]) => pattern.test(text))?.[0];
  if (said === 'userUnknown' && isFilter(words)) return 'filtered';
  return said ?? exact ?? (words.reply.startsWith('4') ? 'expired' : 'unknown');
}

/** True when the address leads nowhere, now and later; false when it may work another time or for another message. */
export function isHardFailure(reason: FailureReason): boolean {
  return HARD.has(reason);
}
