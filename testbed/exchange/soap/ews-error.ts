import type { XmlNode } from '../xml/xml-node.ts';

/** An answer of EWS that says no: for one part of a request, or for all of it when `isFault`. */
export class EwsError extends Error {
  readonly code: string;
  readonly isFault: boolean;
  /** Contents of `MessageXml`. */
  readonly details: readonly XmlNode[];

  constructor(code: string, message?: string, options: { isFault?: boolean; details?: readonly XmlNode[] } = {}) {
    super(message ?? sentences[code] ?? 'The request failed.');
    this.code = code;
    this.isFault = options.isFault ?? false;
    this.details = options.details ?? [];
  }
}

const sentences: Readonly<Record<string, string>> = {
  ErrorAccessDenied: 'Access is denied. Check credentials and try again.',
  ErrorChangeKeyRequired: 'The ChangeKey is required for this operation.',
  ErrorChangeKeyRequiredForWriteOperations: 'The change key passed in the request is required for write operations.',
  ErrorConnectionFailed: 'Connection failed. Try later.',
  ErrorDeleteDistinguishedFolder: 'Distinguished folders cannot be deleted.',
  ErrorEventNotFound: 'The watermark used for the subscription was not found.',
  ErrorExceededConnectionCount: 'You have exceeded the available concurrent connections for your account.',
  ErrorFolderExists: 'A folder with the specified name already exists.',
  ErrorFolderNotFound: 'The specified folder could not be found in the store.',
  ErrorImpersonateUserDenied: 'The account does not have permission to impersonate the requested user.',
  ErrorInternalServerError: 'An internal server error occurred. The operation failed.',
  ErrorInvalidAttachmentId: 'The attachment Id is invalid.',
  ErrorInvalidChangeKey: 'The change key is invalid.',
  ErrorInvalidExtendedProperty: 'The extended property attribute combination is invalid.',
  ErrorInvalidIdEmpty: 'Id must be non-empty.',
  ErrorInvalidIdMalformed: 'Id is malformed.',
  ErrorInvalidOperation: 'The operation is not valid for this object.',
  ErrorInvalidPropertyDelete: 'Property cannot be deleted.',
  ErrorInvalidPropertyRequest: 'The property can not be used with this type of request.',
  ErrorInvalidPropertySet: 'Set action is invalid for property.',
  ErrorInvalidRecipients: 'At least one recipient is not valid.',
  ErrorInvalidRequest: 'The request is invalid.',
  ErrorInvalidServerVersion: 'The specified server version is invalid.',
  ErrorInvalidSubscription: 'Subscription is invalid.',
  ErrorInvalidSyncStateData: 'Synchronization state data is corrupt or otherwise invalid.',
  ErrorInvalidWatermark: 'The watermark is invalid.',
  ErrorIrresolvableConflict:
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ErrorItemNotFound: 'The specified object was not found in the store.',
  ErrorItemSave: 'Save operation failed.',
  ErrorMessageSizeExceeded: 'The message exceeds the maximum supported size.',
  ErrorMimeContentInvalid: 'Mime content is invalid.',
  ErrorMissingRecipients: 'A recipient must be specified.',
  ErrorMoveCopyFailed: 'The move or copy operation failed.',
  ErrorMoveDistinguishedFolder: 'Distinguished folders cannot be moved.',
  ErrorNameResolutionNoResults: 'No results were found.',
  ErrorNameResolutionMultipleResults: 'Multiple results were found.',
  ErrorNonExistentMailbox: 'The SMTP address has no mailbox associated with it.',
  ErrorObjectTypeChanged: 'The object type changed.',
  ErrorOccurrenceCrossingBoundary: 'Modified occurrence is crossing or overlapping adjacent occurrence.',
  ErrorPropertyUpdate: 'An update failed for a property.',
  ErrorReadEventsFailed: 'Unable to read events.',
  ErrorSendAsDenied:
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
  ErrorServerBusy: 'The server cannot service this request right now. Try again later.',
  ErrorStaleObject: 'The object is stale.',
  ErrorSubscriptionDelegateAccessNotSupported: 'Delegates cannot subscribe to notifications of the mailbox.',
  ErrorSubscriptionNotFound: 'The subscription could not be found.',
  ErrorUnsupportedPathForQuery: 'Property is not supported for query.',
};
