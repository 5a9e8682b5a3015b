import type { XmlNode } from '../xml/xml-node.ts';

/** A named bag of settings in a folder, such as the list of categories in the calendar. */
export interface UserConfiguration {
  readonly name: string;
  readonly folderId: string;
  readonly id: string;
  /** Element `Dictionary` as a client set it. */
  dictionary: XmlNode | undefined;
  xmlData: Buffer | undefined;
  binaryData: Buffer | undefined;
  changeKey: number;
}
