create sequence mr_rowversion;

create table "account" (
  "accountcategorycode" integer,
  "accountclassificationcode" integer,
  "accountid" uuid not null,
  "accountnumber" text,
  "accountratingcode" integer,
  "address1_addressid" uuid,
  "address1_addresstypecode" integer,
  "address1_city" text,
  "address1_composite" text,
  "address1_country" text,
  "address1_county" text,
  "address1_fax" text,
  "address1_freighttermscode" integer,
  "address1_latitude" double precision,
  "address1_line1" text,
  "address1_line2" text,
  "address1_line3" text,
  "address1_longitude" double precision,
  "address1_name" text,
  "address1_postalcode" text,
  "address1_postofficebox" text,
  "address1_primarycontactname" text,
  "address1_shippingmethodcode" integer,
  "address1_stateorprovince" text,
  "address1_telephone1" text,
  "address1_telephone2" text,
  "address1_telephone3" text,
  "address1_upszone" text,
  "address1_utcoffset" integer,
  "address2_addressid" uuid,
  "address2_addresstypecode" integer,
  "address2_city" text,
  "address2_composite" text,
  "address2_country" text,
  "address2_county" text,
  "address2_fax" text,
  "address2_freighttermscode" integer,
  "address2_latitude" double precision,
  "address2_line1" text,
  "address2_line2" text,
  "address2_line3" text,
  "address2_longitude" double precision,
  "address2_name" text,
  "address2_postalcode" text,
  "address2_postofficebox" text,
  "address2_primarycontactname" text,
  "address2_shippingmethodcode" integer,
  "address2_stateorprovince" text,
  "address2_telephone1" text,
  "address2_telephone2" text,
  "address2_telephone3" text,
  "address2_upszone" text,
  "address2_utcoffset" integer,
  "aging30" numeric,
  "aging30_base" numeric,
  "aging60" numeric,
  "aging60_base" numeric,
  "aging90" numeric,
  "aging90_base" numeric,
  "businesstypecode" integer,
  "createdby" uuid,
  "createdbyexternalparty" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "creditlimit" numeric,
  "creditlimit_base" numeric,
  "creditonhold" boolean,
  "customersizecode" integer,
  "customertypecode" integer,
  "defaultpricelevelid" uuid,
  "description" text,
  "donotbulkemail" boolean,
  "donotbulkpostalmail" boolean,
  "donotemail" boolean,
  "donotfax" boolean,
  "donotphone" boolean,
  "donotpostalmail" boolean,
  "donotsendmm" boolean,
  "emailaddress1" text,
  "emailaddress2" text,
  "emailaddress3" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "exchangerate" numeric,
  "fax" text,
  "followemail" boolean,
  "ftpsiteurl" text,
  "importsequencenumber" integer,
  "industrycode" integer,
  "isprivate" boolean,
  "lastonholdtime" timestamptz,
  "lastusedincampaign" timestamptz,
  "marketcap" numeric,
  "marketcap_base" numeric,
  "marketingonly" boolean,
  "masterid" uuid,
  "merged" boolean,
  "modifiedby" uuid,
  "modifiedbyexternalparty" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "numberofemployees" integer,
  "onholdtime" integer,
  "opendeals" integer,
  "opendeals_date" timestamptz,
  "opendeals_state" integer,
  "openrevenue" numeric,
  "openrevenue_base" numeric,
  "openrevenue_date" timestamptz,
  "openrevenue_state" integer,
  "originatingleadid" uuid,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "ownershipcode" integer,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "parentaccountid" uuid,
  "participatesinworkflow" boolean,
  "paymenttermscode" integer,
  "preferredappointmentdaycode" integer,
  "preferredappointmenttimecode" integer,
  "preferredcontactmethodcode" integer,
  "preferredequipmentid" uuid,
  "preferredserviceid" uuid,
  "preferredsystemuserid" uuid,
  "primarycontactid" uuid,
  "primarysatoriid" text,
  "primarytwitterid" text,
  "processid" uuid,
  "revenue" numeric,
  "revenue_base" numeric,
  "sharesoutstanding" integer,
  "shippingmethodcode" integer,
  "sic" text,
  "slaid" uuid,
  "slainvokedid" uuid,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "stockexchange" text,
  "teamsfollowed" integer,
  "telephone1" text,
  "telephone2" text,
  "telephone3" text,
  "territorycode" integer,
  "territoryid" uuid,
  "tickersymbol" text,
  "timespentbymeonemailandmeetings" text,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "websiteurl" text,
  "yominame" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("accountid")
);

create index account_emailaddress1 on "account" (lower("emailaddress1") nulls first);

create index account_name on "account" (lower("name") nulls first);

create index account_parentaccountid on "account" ("parentaccountid" nulls first) where parentaccountid is not null;

create index account_primarycontactid on "account" ("primarycontactid" nulls first) where primarycontactid is not null;

create index account_search on "account" using gin (to_tsvector('simple', coalesce("name", '') || ' ' || coalesce("emailaddress1", '')));

create index account_change on "account" (mr_txid, versionnumber);

create table "activitymimeattachment" (
  "activityid" uuid,
  "activitymimeattachmentid" uuid not null,
  "activitymimeattachmentidunique" uuid,
  "activitysubject" text,
  "anonymouslink" text,
  "attachmentcontentid" text,
  "attachmentid" uuid,
  "attachmentnumber" integer,
  "body" text,
  "componentstate" integer,
  "filename" text,
  "filesize" integer,
  "isfollowed" boolean,
  "ismanaged" boolean,
  "mimetype" text,
  "objectid" uuid,
  "objectid__table" text,
  "overwritetime" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owninguser" uuid,
  "solutionid" uuid,
  "subject" text,
  "supportingsolutionid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_blob" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activitymimeattachmentid")
);

create index activitymimeattachment_objectid on "activitymimeattachment" ("objectid" nulls first);

create index activitymimeattachment_mr_blob on "activitymimeattachment" ("mr_blob" nulls first) where mr_blob is not null;

create table "activityparty" (
  "activityid" uuid,
  "activityid__table" text,
  "activitypartyid" uuid not null,
  "addressused" text,
  "addressusedemailcolumnnumber" integer,
  "donotemail" boolean,
  "donotfax" boolean,
  "donotphone" boolean,
  "donotpostalmail" boolean,
  "effort" double precision,
  "exchangeentryid" text,
  "externalid" text,
  "externalidtype" text,
  "instancetypecode" integer,
  "ispartydeleted" boolean,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owninguser" uuid,
  "participationtypemask" integer,
  "partyid" uuid,
  "partyid__table" text,
  "resourcespecid" uuid,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "unresolvedpartyname" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_deliverystatus" integer,
  "mr_deliveryreply" text,
  "mr_deliveryon" timestamptz,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activitypartyid")
);

create index activityparty_activityid on "activityparty" ("activityid" nulls first);

create index activityparty_partyid_activityid on "activityparty" ("partyid" nulls first, "activityid" nulls first) where partyid is not null;

create index activityparty_addressused on "activityparty" (lower("addressused") nulls first) where partyid is null;

create table "annotation" (
  "annotationid" uuid not null,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "documentbody" text,
  "dummyfilename" text,
  "dummyregarding" text,
  "filename" text,
  "filepointer" text,
  "filesize" integer,
  "importsequencenumber" integer,
  "isautonomouslycreated" boolean,
  "isdocument" boolean,
  "isprivate" boolean,
  "langid" text,
  "mimetype" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "notetext" text,
  "objectid" uuid,
  "objectid__table" text,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "prefix" text,
  "stepid" text,
  "storagepointer" text,
  "subject" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("annotationid")
);

create index annotation_objectid on "annotation" ("objectid" nulls first);

create table "appointment" (
  "activityadditionalparams" text,
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "attachmentcount" integer,
  "attachmenterrors" integer,
  "category" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "exchangerate" numeric,
  "formattedscheduledend" timestamp,
  "formattedscheduledstart" timestamp,
  "globalobjectid" text,
  "importsequencenumber" integer,
  "instancetypecode" integer,
  "isalldayevent" boolean,
  "isbilled" boolean,
  "isdraft" boolean,
  "ismapiprivate" boolean,
  "isonlinemeeting" boolean,
  "isregularactivity" boolean,
  "isunsafe" integer,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "location" text,
  "modifiedby" uuid,
  "modifiedfieldsmask" text,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "mr_attendeeresponses" text,
  "mr_timezone" text,
  "onholdtime" integer,
  "onlinemeetingchatid" text,
  "onlinemeetingid" text,
  "onlinemeetingjoinurl" text,
  "onlinemeetingtype" integer,
  "originalstartdate" timestamptz,
  "outlookownerapptid" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "prioritycode" integer,
  "processid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "safedescription" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "seriesid" uuid,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index appointment_scheduledstart on "appointment" ("scheduledstart" nulls first);

create index appointment_modifiedon on "appointment" ("modifiedon" nulls first);

create index appointment_ownerid on "appointment" ("ownerid" nulls first);

create index appointment_regardingobjectid on "appointment" ("regardingobjectid" nulls first) where regardingobjectid is not null;

create index appointment_globalobjectid on "appointment" (lower("globalobjectid") nulls first);

create index appointment_change on "appointment" (mr_txid, versionnumber);

create table "audit" (
  "action" integer,
  "attributemask" text,
  "auditid" uuid not null,
  "callinguserid" uuid,
  "changedata" text,
  "createdon" timestamptz,
  "objectid" uuid,
  "objectid__table" text,
  "operation" integer,
  "transactionid" uuid,
  "useradditionalinfo" text,
  "userid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("auditid")
);

create index audit_objectid_createdon on "audit" ("objectid" nulls first, "createdon" nulls first);

create index audit_createdon on "audit" ("createdon" nulls first);

create index audit_objectid__table_createdon on "audit" ("objectid__table" nulls first, "createdon" nulls first);

create index audit_operation_createdon on "audit" ("operation" nulls first, "createdon" nulls first) where operation = 3;

create index audit_userid_createdon on "audit" ("userid" nulls first, "createdon" nulls first);

create table "businessunit" (
  "address1_addressid" uuid,
  "address1_addresstypecode" integer,
  "address1_city" text,
  "address1_country" text,
  "address1_county" text,
  "address1_fax" text,
  "address1_latitude" double precision,
  "address1_line1" text,
  "address1_line2" text,
  "address1_line3" text,
  "address1_longitude" double precision,
  "address1_name" text,
  "address1_postalcode" text,
  "address1_postofficebox" text,
  "address1_shippingmethodcode" integer,
  "address1_stateorprovince" text,
  "address1_telephone1" text,
  "address1_telephone2" text,
  "address1_telephone3" text,
  "address1_upszone" text,
  "address1_utcoffset" integer,
  "address2_addressid" uuid,
  "address2_addresstypecode" integer,
  "address2_city" text,
  "address2_country" text,
  "address2_county" text,
  "address2_fax" text,
  "address2_latitude" double precision,
  "address2_line1" text,
  "address2_line2" text,
  "address2_line3" text,
  "address2_longitude" double precision,
  "address2_name" text,
  "address2_postalcode" text,
  "address2_postofficebox" text,
  "address2_shippingmethodcode" integer,
  "address2_stateorprovince" text,
  "address2_telephone1" text,
  "address2_telephone2" text,
  "address2_telephone3" text,
  "address2_upszone" text,
  "address2_utcoffset" integer,
  "businessunitid" uuid not null,
  "calendarid" uuid,
  "costcenter" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "creditlimit" double precision,
  "description" text,
  "disabledreason" text,
  "divisionname" text,
  "emailaddress" text,
  "exchangerate" numeric,
  "fileasname" text,
  "ftpsiteurl" text,
  "importsequencenumber" integer,
  "inheritancemask" integer,
  "isdisabled" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "organizationid" uuid,
  "overriddencreatedon" timestamptz,
  "parentbusinessunitid" uuid,
  "picture" text,
  "stockexchange" text,
  "tickersymbol" text,
  "transactioncurrencyid" uuid,
  "usergroupid" uuid,
  "utcoffset" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "websiteurl" text,
  "workflowsuspended" boolean,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("businessunitid")
);

create table "contact" (
  "accountid" uuid,
  "accountrolecode" integer,
  "address1_addressid" uuid,
  "address1_addresstypecode" integer,
  "address1_city" text,
  "address1_composite" text,
  "address1_country" text,
  "address1_county" text,
  "address1_fax" text,
  "address1_freighttermscode" integer,
  "address1_latitude" double precision,
  "address1_line1" text,
  "address1_line2" text,
  "address1_line3" text,
  "address1_longitude" double precision,
  "address1_name" text,
  "address1_postalcode" text,
  "address1_postofficebox" text,
  "address1_primarycontactname" text,
  "address1_shippingmethodcode" integer,
  "address1_stateorprovince" text,
  "address1_telephone1" text,
  "address1_telephone2" text,
  "address1_telephone3" text,
  "address1_upszone" text,
  "address1_utcoffset" integer,
  "address2_addressid" uuid,
  "address2_addresstypecode" integer,
  "address2_city" text,
  "address2_composite" text,
  "address2_country" text,
  "address2_county" text,
  "address2_fax" text,
  "address2_freighttermscode" integer,
  "address2_latitude" double precision,
  "address2_line1" text,
  "address2_line2" text,
  "address2_line3" text,
  "address2_longitude" double precision,
  "address2_name" text,
  "address2_postalcode" text,
  "address2_postofficebox" text,
  "address2_primarycontactname" text,
  "address2_shippingmethodcode" integer,
  "address2_stateorprovince" text,
  "address2_telephone1" text,
  "address2_telephone2" text,
  "address2_telephone3" text,
  "address2_upszone" text,
  "address2_utcoffset" integer,
  "address3_addressid" uuid,
  "address3_addresstypecode" integer,
  "address3_city" text,
  "address3_composite" text,
  "address3_country" text,
  "address3_county" text,
  "address3_fax" text,
  "address3_freighttermscode" integer,
  "address3_latitude" double precision,
  "address3_line1" text,
  "address3_line2" text,
  "address3_line3" text,
  "address3_longitude" double precision,
  "address3_name" text,
  "address3_postalcode" text,
  "address3_postofficebox" text,
  "address3_primarycontactname" text,
  "address3_shippingmethodcode" integer,
  "address3_stateorprovince" text,
  "address3_telephone1" text,
  "address3_telephone2" text,
  "address3_telephone3" text,
  "address3_upszone" text,
  "address3_utcoffset" integer,
  "aging30" numeric,
  "aging30_base" numeric,
  "aging60" numeric,
  "aging60_base" numeric,
  "aging90" numeric,
  "aging90_base" numeric,
  "anniversary" date,
  "annualincome" numeric,
  "annualincome_base" numeric,
  "assistantname" text,
  "assistantphone" text,
  "birthdate" date,
  "business2" text,
  "businesscard" text,
  "businesscardattributes" text,
  "callback" text,
  "childrensnames" text,
  "company" text,
  "contactid" uuid not null,
  "createdby" uuid,
  "createdbyexternalparty" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "creditlimit" numeric,
  "creditlimit_base" numeric,
  "creditonhold" boolean,
  "customersizecode" integer,
  "customertypecode" integer,
  "defaultpricelevelid" uuid,
  "department" text,
  "description" text,
  "donotbulkemail" boolean,
  "donotbulkpostalmail" boolean,
  "donotemail" boolean,
  "donotfax" boolean,
  "donotphone" boolean,
  "donotpostalmail" boolean,
  "donotsendmm" boolean,
  "educationcode" integer,
  "emailaddress1" text,
  "emailaddress2" text,
  "emailaddress3" text,
  "employeeid" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "exchangerate" numeric,
  "externaluseridentifier" text,
  "familystatuscode" integer,
  "fax" text,
  "firstname" text,
  "followemail" boolean,
  "ftpsiteurl" text,
  "fullname" text,
  "gendercode" integer,
  "governmentid" text,
  "haschildrencode" integer,
  "home2" text,
  "importsequencenumber" integer,
  "isautocreate" boolean,
  "isbackofficecustomer" boolean,
  "isprivate" boolean,
  "jobtitle" text,
  "lastname" text,
  "lastonholdtime" timestamptz,
  "lastusedincampaign" timestamptz,
  "leadsourcecode" integer,
  "managername" text,
  "managerphone" text,
  "marketingonly" boolean,
  "masterid" uuid,
  "merged" boolean,
  "middlename" text,
  "mobilephone" text,
  "modifiedby" uuid,
  "modifiedbyexternalparty" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "nickname" text,
  "numberofchildren" integer,
  "onholdtime" integer,
  "originatingleadid" uuid,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "pager" text,
  "parentcontactid" uuid,
  "parentcustomerid" uuid,
  "parentcustomerid__table" text,
  "participatesinworkflow" boolean,
  "paymenttermscode" integer,
  "preferredappointmentdaycode" integer,
  "preferredappointmenttimecode" integer,
  "preferredcontactmethodcode" integer,
  "preferredequipmentid" uuid,
  "preferredserviceid" uuid,
  "preferredsystemuserid" uuid,
  "processid" uuid,
  "salutation" text,
  "shippingmethodcode" integer,
  "slaid" uuid,
  "slainvokedid" uuid,
  "spousesname" text,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subscriptionid" uuid,
  "suffix" text,
  "teamsfollowed" integer,
  "telephone1" text,
  "telephone2" text,
  "telephone3" text,
  "territorycode" integer,
  "timespentbymeonemailandmeetings" text,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "websiteurl" text,
  "yomifirstname" text,
  "yomifullname" text,
  "yomilastname" text,
  "yomimiddlename" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("contactid")
);

create index contact_emailaddress1 on "contact" (lower("emailaddress1") nulls first);

create index contact_fullname on "contact" (lower("fullname") nulls first);

create index contact_ownerid on "contact" ("ownerid" nulls first);

create index contact_parentcustomerid on "contact" ("parentcustomerid" nulls first) where parentcustomerid is not null;

create index contact_search on "contact" using gin (to_tsvector('simple', coalesce("fullname", '') || ' ' || coalesce("emailaddress1", '')));

create index contact_change on "contact" (mr_txid, versionnumber);

create table "email" (
  "acceptingentityid" uuid,
  "acceptingentityid__table" text,
  "activityadditionalparams" text,
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "attachmentcount" integer,
  "attachmentopencount" integer,
  "baseconversationindexhash" integer,
  "category" text,
  "compressed" boolean,
  "conversationindex" text,
  "conversationtrackingid" uuid,
  "correlatedactivityid" uuid,
  "correlatedsubjectchanged" boolean,
  "correlationmethod" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "delayedemailsendtime" timestamptz,
  "deliveryattempts" integer,
  "deliveryprioritycode" integer,
  "deliveryreceiptrequested" boolean,
  "description" text,
  "descriptionblobid" bytea,
  "directioncode" boolean,
  "emailreminderexpirytime" timestamptz,
  "emailreminderstatus" integer,
  "emailremindertext" text,
  "emailremindertype" integer,
  "emailsender" uuid,
  "emailsender__table" text,
  "emailtrackingid" uuid,
  "exchangerate" numeric,
  "followemailuserpreference" boolean,
  "importsequencenumber" integer,
  "inreplyto" text,
  "internetmessageheaders" text,
  "isbilled" boolean,
  "isduplicatesenderunresolved" boolean,
  "isemailfollowed" boolean,
  "isemailreminderset" boolean,
  "isregularactivity" boolean,
  "issafedescriptiontruncated" integer,
  "isunsafe" integer,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "lastopenedtime" timestamptz,
  "linksclickedcount" integer,
  "messageid" text,
  "messageiddupcheck" uuid,
  "mimetype" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "notifications" integer,
  "onholdtime" integer,
  "opencount" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "parentactivityid" uuid,
  "parentsensitivitylabelid" uuid,
  "postponeemailprocessinguntil" timestamptz,
  "prioritycode" integer,
  "processid" uuid,
  "purviewrights" text,
  "readreceiptrequested" boolean,
  "receivingmailboxid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "reminderactioncardid" uuid,
  "replycount" integer,
  "reservedforinternaluse" text,
  "safedescription" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "sender" text,
  "sendermailboxid" uuid,
  "sendersaccount" uuid,
  "sensitivitylabelid" uuid,
  "sensitivitylabelinfo" text,
  "senton" timestamptz,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "submittedby" text,
  "templateid" uuid,
  "timezoneruleversionnumber" integer,
  "torecipients" text,
  "trackingtoken" text,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_identity" text,
  "mr_rawblob" text,
  "mr_references" text,
  "mr_correlationevidence" text,
  "mr_sendoutcome" integer,
  "mr_automatickind" integer,
  "mr_sentcopy" integer,
  "mr_queuedon" timestamptz,
  "mr_waitingreason" text,
  "mr_nextattempton" timestamptz,
  "mr_lasterrorcode" text,
  "mr_lasterror" text,
  "mr_serverreply" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create unique index email_mr_identity_directioncode on "email" ("mr_identity", "directioncode") where mr_identity is not null;

create index email_baseconversationindexhash on "email" ("baseconversationindexhash" nulls first) where baseconversationindexhash is not null;

create index email_messageid on "email" ("messageid" nulls first);

create index email_trackingtoken on "email" (lower("trackingtoken") nulls first) where trackingtoken is not null;

create index email_conversationindex on "email" (lower("conversationindex") nulls first) where conversationindex is not null;

create index email_sendermailboxid_statuscode on "email" ("sendermailboxid" nulls first, "statuscode" nulls first) where statuscode in (6, 7, 8);

create index email_sendermailboxid_deliveryprioritycode_prioritycode on "email" ("sendermailboxid" nulls first, "deliveryprioritycode" nulls first, "prioritycode" nulls first) where statuscode = 6;

create index email_correlatedactivityid on "email" ("correlatedactivityid" nulls first) where correlatedactivityid is not null;

create index email_sendermailboxid on "email" ("sendermailboxid" nulls first) where mr_sentcopy = 100000001;

create index email_parentactivityid on "email" ("parentactivityid" nulls first) where parentactivityid is not null;

create index email_sendermailboxid_createdon on "email" ("sendermailboxid" nulls first, "createdon" nulls first) where parentactivityid is not null and sendermailboxid is not null;

create index email_regardingobjectid on "email" ("regardingobjectid" nulls first) where regardingobjectid is not null;

create index email_createdon on "email" ("createdon" nulls first);

create index email_ownerid_createdon_activityid_owningbusinessunit on "email" ("ownerid" nulls first, "createdon" nulls first, "activityid" nulls first, "owningbusinessunit" nulls first);

create index email_statuscode_createdon on "email" ("statuscode" nulls first, "createdon" nulls first) where statuscode in (1, 2, 5, 6, 7, 8);

create index email_mr_sendoutcome_createdon on "email" ("mr_sendoutcome" nulls first, "createdon" nulls first) where mr_sendoutcome in (100000003, 100000005);

create index email_search on "email" using gin (to_tsvector('simple', coalesce("subject", '') || ' ' || coalesce("sender", '')));

create index email_change on "email" (mr_txid, versionnumber);

create table "emailhash" (
  "activityid" uuid,
  "createdon" timestamptz,
  "emailhashid" uuid not null,
  "hash" integer,
  "hashtype" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owninguser" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("emailhashid")
);

create index emailhash_hash_hashtype on "emailhash" ("hash" nulls first, "hashtype" nulls first);

create index emailhash_activityid on "emailhash" ("activityid" nulls first);

create table "emailsearch" (
  "emailaddress" text,
  "emailsearchid" uuid not null,
  "parentobjectid" uuid,
  "parentobjectid__table" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_columnnumber" integer,
  "mr_isinactive" boolean,
  "mr_ownerid" uuid,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("emailsearchid")
);

create index emailsearch_emailaddress on "emailsearch" (lower("emailaddress") nulls first);

create index emailsearch_parentobjectid on "emailsearch" ("parentobjectid" nulls first);

create table "emailserverprofile" (
  "aadresourceid" text,
  "acsemailservicename" text,
  "acsenabledforoutgoingemail" boolean,
  "acsendpointurl" text,
  "acsmanagedidentityid" uuid,
  "acsresourcegroupname" text,
  "acssubscriptionid" uuid,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "defaultserverlocation" text,
  "description" text,
  "emailserverprofileid" uuid not null,
  "emailservertypename" text,
  "encodingcodepage" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "exchangeonlinetenantid" text,
  "exchangeversion" integer,
  "incomingauthenticationprotocol" integer,
  "incomingcredentialretrieval" integer,
  "incomingpartnerapplication" uuid,
  "incomingpassword" text,
  "incomingportnumber" integer,
  "incomingserverlocation" text,
  "incominguseimpersonation" boolean,
  "incomingusername" text,
  "incomingusessl" boolean,
  "isincomingpasswordset" boolean,
  "isoauthclientsecretset" boolean,
  "isoutgoingpasswordset" boolean,
  "keyvaultreferenceid" uuid,
  "lastauthorizationstatus" integer,
  "lastcrmmessage" text,
  "lasttestexecutionstatus" integer,
  "lasttestrequest" text,
  "lasttestresponse" text,
  "lastteststarttime" timestamptz,
  "lasttesttotalexecutiontime" bigint,
  "lasttestvalidationstatus" integer,
  "managedidentityid" uuid,
  "maxconcurrentconnections" integer,
  "minpollingintervalinminutes" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "moveundeliveredemails" boolean,
  "name" text,
  "oauthclientid" text,
  "oauthclientsecret" text,
  "organizationid" uuid,
  "outgoingauthenticationprotocol" integer,
  "outgoingautograntdelegateaccess" boolean,
  "outgoingcredentialretrieval" integer,
  "outgoingpartnerapplication" uuid,
  "outgoingpassword" text,
  "outgoingportnumber" integer,
  "outgoingserverlocation" text,
  "outgoinguseimpersonation" boolean,
  "outgoingusername" text,
  "outgoingusessl" boolean,
  "owneremailaddress" text,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "processemailsreceivedafter" timestamptz,
  "purviewmanagedidentityid" uuid,
  "sendemailalert" boolean,
  "serverauthority" integer,
  "servertype" integer,
  "statecode" integer,
  "statuscode" integer,
  "timeoutmailboxconnection" boolean,
  "timeoutmailboxconnectionafteramount" integer,
  "timezoneruleversionnumber" integer,
  "useautodiscover" boolean,
  "usedefaulttenantid" boolean,
  "usesamesettingsforoutgoingconnections" boolean,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_incomingsecurity" integer,
  "mr_outgoingsecurity" integer,
  "mr_oauthprovider" integer,
  "mr_oauthissuer" text,
  "mr_oauthscopes" text,
  "mr_trustedcertificates" text,
  "mr_oauthtokenendpoint" text,
  "mr_alarmedon" timestamptz,
  "mr_maxemailsperminute" integer,
  "mr_maxrecipients" integer,
  "mr_maxmessagesizekb" integer,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("emailserverprofileid")
);

create table "exchangesyncidmapping" (
  "createdon" timestamptz,
  "exchangeentryid" text,
  "exchangesyncidmappingid" uuid not null,
  "fromcrmchangetype" integer,
  "isdeletedinexchange" boolean,
  "isunlinkedincrm" boolean,
  "itemsubject" text,
  "lastsyncerror" text,
  "lastsyncerrorcode" integer,
  "lastsyncerroroccurredon" timestamptz,
  "modifiedon" timestamptz,
  "mr_agreed" text,
  "mr_changekey" text,
  "mr_facts" text,
  "mr_foldername" text,
  "mr_iscovered" boolean,
  "mr_ismadehere" boolean,
  "mr_ismarked" boolean,
  "mr_lastconflict" text,
  "mr_lastsyncedon" timestamptz,
  "mr_linkstate" integer,
  "mr_mailboxid" uuid,
  "mr_myresponse" integer,
  "mr_nexttryon" timestamptz,
  "mr_pending" text,
  "mr_recordversion" bigint,
  "mr_response" integer,
  "mr_responsecomment" text,
  "objectid" uuid,
  "objecttypecode" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "retries" integer,
  "tocrmchangetype" integer,
  "userdecision" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("exchangesyncidmappingid")
) with (fillfactor = 50);

create index exchangesyncidmapping_mr_mailboxid_mr_foldername on "exchangesyncidmapping" ("mr_mailboxid" nulls first, lower("mr_foldername") nulls first) where mr_mailboxid is not null;

create unique index exchangesyncidmapping_mr_mailboxid_objectid on "exchangesyncidmapping" ("mr_mailboxid", "objectid") where mr_mailboxid is not null and objectid is not null;

create index exchangesyncidmapping_objectid on "exchangesyncidmapping" ("objectid" nulls first) where objectid is not null;

create index exchangesyncidmapping_exchangeentryid on "exchangesyncidmapping" (lower("exchangeentryid") nulls first);

create index exchangesyncidmapping_ownerid on "exchangesyncidmapping" ("ownerid" nulls first);

create table "fax" (
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "billingcode" text,
  "category" text,
  "coverpagename" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "directioncode" boolean,
  "exchangerate" numeric,
  "faxnumber" text,
  "importsequencenumber" integer,
  "isbilled" boolean,
  "isregularactivity" boolean,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "numberofpages" integer,
  "onholdtime" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "prioritycode" integer,
  "processid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "tsid" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index fax_change on "fax" (mr_txid, versionnumber);

create table "lead" (
  "accountid" uuid,
  "address1_addressid" uuid,
  "address1_addresstypecode" integer,
  "address1_city" text,
  "address1_composite" text,
  "address1_country" text,
  "address1_county" text,
  "address1_fax" text,
  "address1_latitude" double precision,
  "address1_line1" text,
  "address1_line2" text,
  "address1_line3" text,
  "address1_longitude" double precision,
  "address1_name" text,
  "address1_postalcode" text,
  "address1_postofficebox" text,
  "address1_shippingmethodcode" integer,
  "address1_stateorprovince" text,
  "address1_telephone1" text,
  "address1_telephone2" text,
  "address1_telephone3" text,
  "address1_upszone" text,
  "address1_utcoffset" integer,
  "address2_addressid" uuid,
  "address2_addresstypecode" integer,
  "address2_city" text,
  "address2_composite" text,
  "address2_country" text,
  "address2_county" text,
  "address2_fax" text,
  "address2_latitude" double precision,
  "address2_line1" text,
  "address2_line2" text,
  "address2_line3" text,
  "address2_longitude" double precision,
  "address2_name" text,
  "address2_postalcode" text,
  "address2_postofficebox" text,
  "address2_shippingmethodcode" integer,
  "address2_stateorprovince" text,
  "address2_telephone1" text,
  "address2_telephone2" text,
  "address2_telephone3" text,
  "address2_upszone" text,
  "address2_utcoffset" integer,
  "budgetamount" numeric,
  "budgetamount_base" numeric,
  "budgetstatus" integer,
  "businesscard" text,
  "businesscardattributes" text,
  "campaignid" uuid,
  "companyname" text,
  "confirminterest" boolean,
  "contactid" uuid,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "customerid" uuid,
  "customerid__table" text,
  "decisionmaker" boolean,
  "description" text,
  "donotbulkemail" boolean,
  "donotemail" boolean,
  "donotfax" boolean,
  "donotphone" boolean,
  "donotpostalmail" boolean,
  "donotsendmm" boolean,
  "emailaddress1" text,
  "emailaddress2" text,
  "emailaddress3" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "estimatedamount" numeric,
  "estimatedamount_base" numeric,
  "estimatedclosedate" date,
  "estimatedvalue" double precision,
  "evaluatefit" boolean,
  "exchangerate" numeric,
  "fax" text,
  "firstname" text,
  "followemail" boolean,
  "fullname" text,
  "importsequencenumber" integer,
  "industrycode" integer,
  "initialcommunication" integer,
  "isautocreate" boolean,
  "isprivate" boolean,
  "jobtitle" text,
  "lastname" text,
  "lastonholdtime" timestamptz,
  "lastusedincampaign" timestamptz,
  "leadid" uuid not null,
  "leadqualitycode" integer,
  "leadsourcecode" integer,
  "masterid" uuid,
  "merged" boolean,
  "middlename" text,
  "mobilephone" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "need" integer,
  "numberofemployees" integer,
  "onholdtime" integer,
  "originatingcaseid" uuid,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "pager" text,
  "parentaccountid" uuid,
  "parentcontactid" uuid,
  "participatesinworkflow" boolean,
  "preferredcontactmethodcode" integer,
  "prioritycode" integer,
  "processid" uuid,
  "purchaseprocess" integer,
  "purchasetimeframe" integer,
  "qualificationcomments" text,
  "qualifyingopportunityid" uuid,
  "relatedobjectid" uuid,
  "revenue" numeric,
  "revenue_base" numeric,
  "salesstage" integer,
  "salesstagecode" integer,
  "salutation" text,
  "schedulefollowup_prospect" timestamptz,
  "schedulefollowup_qualify" timestamptz,
  "sic" text,
  "slaid" uuid,
  "slainvokedid" uuid,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subject" text,
  "teamsfollowed" integer,
  "telephone1" text,
  "telephone2" text,
  "telephone3" text,
  "timespentbymeonemailandmeetings" text,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "websiteurl" text,
  "yomicompanyname" text,
  "yomifirstname" text,
  "yomifullname" text,
  "yomilastname" text,
  "yomimiddlename" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("leadid")
);

create index lead_emailaddress1 on "lead" (lower("emailaddress1") nulls first);

create index lead_search on "lead" using gin (to_tsvector('simple', coalesce("fullname", '') || ' ' || coalesce("companyname", '') || ' ' || coalesce("emailaddress1", '')));

create index lead_change on "lead" (mr_txid, versionnumber);

create table "letter" (
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "address" text,
  "category" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "directioncode" boolean,
  "exchangerate" numeric,
  "importsequencenumber" integer,
  "isbilled" boolean,
  "isregularactivity" boolean,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "onholdtime" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "prioritycode" integer,
  "processid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index letter_change on "letter" (mr_txid, versionnumber);

create table "mailbox" (
  "acsenabledforoutgoingemail" boolean,
  "acsmailfromcreated" boolean,
  "acsoutgoingemailstatus" integer,
  "actdeliverymethod" integer,
  "actstatus" integer,
  "allowemailconnectortousecredentials" boolean,
  "averagetotalduration" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "emailaddress" text,
  "emailaddressapprovedby" uuid,
  "emailaddressapprovedon" timestamptz,
  "emailrouteraccessapproval" integer,
  "emailserverprofile" uuid,
  "enabledforact" boolean,
  "enabledforincomingemail" boolean,
  "enabledforoutgoingemail" boolean,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "ewsurl" text,
  "exchangecontactsimportcompletedon" timestamptz,
  "exchangecontactsimportstatus" integer,
  "exchangesyncstatexml" text,
  "exchangesyncstatexmlfileref" bytea,
  "folderhierarchy" text,
  "forcedunlockcount" integer,
  "hostid" text,
  "incomingemaildeliverymethod" integer,
  "incomingemailstatus" integer,
  "isactsyncorgflagset" boolean,
  "isemailaddressapprovedbyo365admin" boolean,
  "isexchangecontactsimportscheduled" boolean,
  "isforwardmailbox" boolean,
  "isoauthaccesstokenset" boolean,
  "isoauthrefreshtokenset" boolean,
  "ispasswordset" boolean,
  "isserviceaccount" boolean,
  "itemsfailedforlastsync" integer,
  "itemsprocessedforlastsync" integer,
  "lastactiveon" timestamptz,
  "lastautodiscoveredon" timestamptz,
  "lastduration" integer,
  "lastincomingemailsrequestedfromemailserveron" timestamptz,
  "lastmailboxforcedunlockoccurredon" timestamptz,
  "lastmessageid" text,
  "lastsuccessfulsynccompletedon" timestamptz,
  "lastsyncerror" text,
  "lastsyncerrorcode" integer,
  "lastsyncerrorcount" integer,
  "lastsyncerrormachinename" text,
  "lastsyncerroroccurredon" timestamptz,
  "lastsyncstartedon" timestamptz,
  "lasttagcompletedon" timestamptz,
  "lasttaggedmessageid" text,
  "lasttagprocessedmaxitems" boolean,
  "mailboxid" uuid not null,
  "mailboxprocessingcontext" integer,
  "mailboxstatus" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "nextscheduledactsyncinseconds" integer,
  "noactcount" integer,
  "noemailcount" integer,
  "oauthaccesstoken" text,
  "oauthrefreshtoken" text,
  "oauthtokenexpireson" timestamptz,
  "officeappsdeploymentcompleteon" timestamptz,
  "officeappsdeploymenterror" text,
  "officeappsdeploymentscheduled" boolean,
  "officeappsdeploymentstatus" integer,
  "organizationid" uuid,
  "orgmarkedasprimaryforexchangesync" boolean,
  "outgoingemaildeliverymethod" integer,
  "outgoingemailstatus" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "password" text,
  "postponemailboxprocessinguntil" timestamptz,
  "postponeofficeappsdeploymentuntil" timestamptz,
  "postponesendinguntil" timestamptz,
  "postponetestemailconfigurationuntil" timestamptz,
  "processanddeleteemails" boolean,
  "processedtimes" integer,
  "processemailreceivedafter" timestamptz,
  "processinglastattemptedon" timestamptz,
  "processingstatecode" integer,
  "receivingpostponeduntil" timestamptz,
  "receivingpostponeduntilforact" timestamptz,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "statecode" integer,
  "statuscode" integer,
  "tagemailsafter" timestamptz,
  "testandenablelastattemptedby" uuid,
  "testandenablelastattemptedon" timestamptz,
  "testemailconfigurationretrycount" integer,
  "testemailconfigurationscheduled" boolean,
  "testmailboxaccesscompletedon" timestamptz,
  "timezoneruleversionnumber" integer,
  "transientfailurecount" integer,
  "undeliverablefolder" text,
  "username" text,
  "utcconversiontimezonecode" integer,
  "verboseloggingenabled" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_testresult" text,
  "mr_incominglagseconds" integer,
  "mr_incomingbacklog" integer,
  "mr_revisitkind" integer,
  "mr_revisitfrom" timestamptz,
  "mr_revisitaskedon" timestamptz,
  "mr_revisitstartedon" timestamptz,
  "mr_revisitcompletedon" timestamptz,
  "mr_revisittotal" integer,
  "mr_revisitdone" integer,
  "mr_revisittracked" integer,
  "mr_alternateaddresses" text,
  "mr_incominglasterror" text,
  "mr_outgoinglasterror" text,
  "mr_incomingfailurecount" integer,
  "mr_outgoingfailurecount" integer,
  "mr_lastfailedon" timestamptz,
  "mr_actquestion" text,
  "mr_actquestionaskedon" timestamptz,
  "mr_actanswer" integer,
  "mr_moveprocessedto" text,
  "mr_inboxfolder" text,
  "mr_acttakesover" boolean,
  "mr_actstartdate" timestamptz,
  "mr_actfirststartedon" timestamptz,
  "mr_actfirstcompletedon" timestamptz,
  "mr_actfirsttotal" integer,
  "mr_actfirstdone" integer,
  "mr_actfailurecount" integer,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mailboxid")
) with (fillfactor = 70);

create unique index mailbox_regardingobjectid on "mailbox" ("regardingobjectid") where regardingobjectid is not null;

create index mailbox_emailserverprofile on "mailbox" ("emailserverprofile" nulls first);

create index mailbox_emailaddress on "mailbox" (lower("emailaddress") nulls first);

create index mailbox_name on "mailbox" (lower("name") nulls first);

create index mailbox_isforwardmailbox on "mailbox" ("isforwardmailbox" nulls first) where isforwardmailbox;

create table "mailboxstatistics" (
  "asynceventid" uuid,
  "crmitemsbacklog" integer,
  "individualstepdurations" text,
  "itemsfailed" integer,
  "itemsprocessed" integer,
  "machinename" text,
  "mailboxid" uuid,
  "mailboxprocesscompletedon" timestamptz,
  "mailboxprocessscheduledon" timestamptz,
  "mailboxprocessstartedon" timestamptz,
  "mailboxstatisticsid" uuid not null,
  "operationtypeid" integer,
  "organizationid" uuid,
  "processresult" boolean,
  "processtimeintervalinminutes" integer,
  "scheduledtimeintervalinminutes" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mailboxstatisticsid")
);

create index mailboxstatistics_mailboxid on "mailboxstatistics" ("mailboxid" nulls first);

create table "mailboxtrackingcategory" (
  "categoryonboardingstatus" integer,
  "createdon" timestamptz,
  "exchangecategorycolor" integer,
  "exchangecategoryid" uuid,
  "exchangecategoryname" text,
  "mailboxid" uuid,
  "mailboxtrackingcategoryid" uuid not null,
  "modifiedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mailboxtrackingcategoryid")
);

create table "mailboxtrackingfolder" (
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "exchangefolderid" text,
  "exchangefoldername" text,
  "folderonboardingstatus" integer,
  "mailboxid" uuid,
  "mailboxtrackingfolderid" uuid not null,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "organizationid" uuid,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_includesubfolders" boolean,
  "mr_state" integer,
  "mr_statereason" text,
  "mr_folderpath" text,
  "mr_itemstotal" integer,
  "mr_itemsdone" integer,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mailboxtrackingfolderid")
);

create index mailboxtrackingfolder_mailboxid on "mailboxtrackingfolder" ("mailboxid" nulls first);

create index mailboxtrackingfolder_regardingobjectid on "mailboxtrackingfolder" ("regardingobjectid" nulls first) where regardingobjectid is not null;

create table "organization" (
  "acknowledgementtemplateid" uuid,
  "allowaddressbooksyncs" boolean,
  "allowautoresponsecreation" boolean,
  "allowedmimetypes" text,
  "allowmarketingemailexecution" boolean,
  "allowofflinescheduledsyncs" boolean,
  "allowoutlookscheduledsyncs" boolean,
  "allowunresolvedpartiesonemailsend" boolean,
  "appointmentricheditorexperience" boolean,
  "auditretentionperiodv2" integer,
  "blockedattachments" text,
  "blockedmimetypes" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "daysbeforeemaildescriptionismigrated" integer,
  "defaultemailserverprofileid" uuid,
  "defaultemailsettings" text,
  "defaultrecurrenceendrangetype" integer,
  "delegatedadminuserid" uuid,
  "emailconnectionchannel" integer,
  "emailcorrelationenabled" boolean,
  "emailsendpollingperiod" integer,
  "emailtemplatedefaultview" integer,
  "enableemailtemplateviews" boolean,
  "enablesmartmatching" boolean,
  "externalpartycorrelationkeys" text,
  "externalpartyentitysettings" text,
  "fullnameconventioncode" integer,
  "futureexpansionwindow" integer,
  "generatealertsforerrors" boolean,
  "generatealertsforinformation" boolean,
  "generatealertsforwarnings" boolean,
  "hashdeltasubjectcount" integer,
  "hashfilterkeywords" text,
  "hashmaxcount" integer,
  "hashminaddresscount" integer,
  "ignoreinternalemail" boolean,
  "incomingemailexchangeemailretrievalbatchsize" integer,
  "integrationuserid" uuid,
  "isappointmentattachmentsyncenabled" boolean,
  "isassignedtaskssyncenabled" boolean,
  "isauditenabled" boolean,
  "isautodatacaptureenabled" boolean,
  "isautodatacapturev2enabled" boolean,
  "iscontactmailingaddresssyncenabled" boolean,
  "iscontextualemailenabled" boolean,
  "isdelegateaccessenabled" boolean,
  "isdisabled" boolean,
  "isemailaddressvalidationenabled" boolean,
  "isemailmonitoringallowed" boolean,
  "isemailserverprofilecontentfilteringenabled" boolean,
  "isfolderbasedtrackingenabled" boolean,
  "ismailboxforcedunlockingenabled" boolean,
  "ismailboxinactivebackoffenabled" boolean,
  "ispreviewforemailmonitoringallowed" boolean,
  "isresourcebookingexchangesyncenabled" boolean,
  "isuseraccessauditenabled" boolean,
  "languagecode" integer,
  "localeid" integer,
  "mailboxintermittentissueminrange" integer,
  "mailboxpermanentissueminrange" integer,
  "maxappointmentdurationdays" integer,
  "maxfolderbasedtrackingmappings" integer,
  "maximumtrackingnumber" integer,
  "maxuploadfilesize" integer,
  "maxverboseloggingmailbox" integer,
  "maxverboseloggingsynccycles" integer,
  "minaddressbooksyncinterval" integer,
  "minofflinesyncinterval" integer,
  "minoutlooksyncinterval" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "name" text,
  "nexttrackingnumber" integer,
  "notifymailboxownerofemailserverlevelalerts" boolean,
  "officeappsautodeploymentenabled" boolean,
  "organizationid" uuid not null,
  "organizationstate" integer,
  "orgdborgsettings" text,
  "pastexpansionwindow" integer,
  "performactsyncafter" timestamptz,
  "plugintracelogsetting" integer,
  "recurrencedefaultnumberofoccurrences" integer,
  "recurrenceexpansionjobbatchinterval" integer,
  "recurrenceexpansionjobbatchsize" integer,
  "recurrenceexpansionsynchcreatemax" integer,
  "rendersecureiframeforemail" boolean,
  "requireapprovalforqueueemail" boolean,
  "requireapprovalforuseremail" boolean,
  "resolvesimilarunresolvedemailaddress" boolean,
  "sendbulkemailinuci" boolean,
  "supportuserid" uuid,
  "suppressvalidationemails" boolean,
  "syncoptinselection" boolean,
  "syncoptinselectionstatus" integer,
  "systemuserid" uuid,
  "tagmaxaggressivecycles" integer,
  "tagpollingperiod" integer,
  "timezoneruleversionnumber" integer,
  "tokenexpiry" integer,
  "tokenkey" text,
  "tracelogmaximumageindays" integer,
  "trackingprefix" text,
  "trackingtokenidbase" integer,
  "trackingtokeniddigits" integer,
  "unresolveemailaddressifmultiplematch" boolean,
  "useraccessauditinginterval" integer,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "mr_trackingtokenenabled" boolean,
  "mr_trackingprefixhistory" text,
  "mr_trackingcounterdigits" integer,
  "mr_maximumattachmentsizekb" integer,
  "mr_defaultincomingdeliverymethod" integer,
  "mr_defaultoutgoingdeliverymethod" integer,
  "mr_defaultactdeliverymethod" integer,
  "mr_decisionretentiondays" integer,
  "mr_sendattempts" integer,
  "mr_sendretryseconds" integer,
  "mr_waitingmailwarninghours" integer,
  "mr_smartmatchingdays" integer,
  "mr_answersperhour" integer,
  "mr_trackedcategory" text,
  "mr_trackedkeyword" text,
  "mr_allownonsslemail" boolean,
  "mr_allowbasicauthenticationonnonsecurechannel" boolean,
  "mr_mailpollingintervalseconds" integer,
  "mr_held" boolean,
  "mr_heldreason" text,
  "mr_outgoingpollingintervalseconds" integer,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("organizationid")
);

create table "phonecall" (
  "activityadditionalparams" text,
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "category" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "directioncode" boolean,
  "exchangerate" numeric,
  "importsequencenumber" integer,
  "isbilled" boolean,
  "isregularactivity" boolean,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "leftvoicemail" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "onholdtime" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "phonenumber" text,
  "prioritycode" integer,
  "processid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index phonecall_change on "phonecall" (mr_txid, versionnumber);

create table "principalobjectaccess" (
  "accessrightsmask" integer,
  "changedon" timestamptz,
  "inheritedaccessrightsmask" integer,
  "objectid" uuid,
  "objecttypecode" text,
  "principalid" uuid,
  "principalobjectaccessid" uuid not null,
  "principaltypecode" text,
  "timezoneruleversionnumber" integer,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("principalobjectaccessid")
);

create unique index principalobjectaccess_principalid_objectid on "principalobjectaccess" ("principalid", "objectid");

create index principalobjectaccess_objectid on "principalobjectaccess" ("objectid" nulls first);

create table "principalsyncattributemap" (
  "allowedsyncdirection" integer,
  "attributecrmdisplayname" text,
  "attributecrmname" text,
  "attributeexchangedisplayname" text,
  "attributeexchangename" text,
  "computedproperties" text,
  "defaultsyncdirection" integer,
  "entitytypecode" text,
  "iscomputed" boolean,
  "mappingname" text,
  "organizationid" uuid,
  "parentprincipalsyncattributemappingid" uuid,
  "principalid" uuid,
  "principalsyncattributemapid" uuid not null,
  "syncdirection" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("principalsyncattributemapid")
);

create table "privilege" (
  "accessright" integer,
  "canbebasic" boolean,
  "canbedeep" boolean,
  "canbeentityreference" boolean,
  "canbeglobal" boolean,
  "canbelocal" boolean,
  "canbeparententityreference" boolean,
  "isdisabledwhenintegrated" boolean,
  "name" text,
  "privilegeid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("privilegeid")
);

create unique index privilege_name on "privilege" (lower("name"));

create table "queue" (
  "allowemailcredentials" boolean,
  "businessunitid" uuid,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "defaultmailbox" uuid,
  "description" text,
  "emailaddress" text,
  "emailpassword" text,
  "emailrouteraccessapproval" integer,
  "emailsignature" uuid,
  "emailusername" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "exchangerate" numeric,
  "ignoreunsolicitedemail" boolean,
  "importsequencenumber" integer,
  "incomingemaildeliverymethod" integer,
  "incomingemailfilteringmethod" integer,
  "isemailaddressapprovedbyo365admin" boolean,
  "isfaxqueue" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "numberofitems" integer,
  "numberofmembers" integer,
  "organizationid" uuid,
  "outgoingemaildeliverymethod" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "primaryuserid" uuid,
  "queueid" uuid not null,
  "queuetypecode" integer,
  "queueviewtype" integer,
  "statecode" integer,
  "statuscode" integer,
  "transactioncurrencyid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("queueid")
);

create index queue_search on "queue" using gin (to_tsvector('simple', coalesce("name", '') || ' ' || coalesce("emailaddress", '')));

create table "queueitem" (
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "enteredon" timestamptz,
  "exchangerate" numeric,
  "importsequencenumber" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "objectid" uuid,
  "objectid__table" text,
  "objecttypecode" integer,
  "organizationid" uuid,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owninguser" uuid,
  "priority" integer,
  "queueid" uuid,
  "queueitemid" uuid not null,
  "sender" text,
  "state" integer,
  "statecode" integer,
  "status" integer,
  "statuscode" integer,
  "timezoneruleversionnumber" integer,
  "title" text,
  "torecipients" text,
  "transactioncurrencyid" uuid,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "workerid" uuid,
  "workerid__table" text,
  "workeridmodifiedon" timestamptz,
  "mr_creationstate" integer,
  "mr_creationoutcome" text,
  "mr_creationattempts" integer,
  "mr_creationnexton" timestamptz,
  "mr_createdrecordid" uuid,
  "mr_createdrecordid__table" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("queueitemid")
);

create unique index queueitem_objectid_queueid on "queueitem" ("objectid", "queueid");

create index queueitem_queueid on "queueitem" ("queueid" nulls first);

create index queueitem_createdon on "queueitem" ("createdon" nulls first) where mr_creationstate = 100000000;

create table "recurrencerule" (
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "dayofmonth" integer,
  "daysofweekmask" integer,
  "duration" integer,
  "effectiveenddate" timestamptz,
  "effectivestartdate" timestamptz,
  "endtime" timestamptz,
  "firstdayofweek" integer,
  "instance" integer,
  "interval" integer,
  "isnthmonthly" boolean,
  "isnthyearly" boolean,
  "isregenerate" boolean,
  "isweekdaypattern" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "monthofyear" integer,
  "objectid" uuid,
  "occurrences" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "patternenddate" timestamptz,
  "patternendtype" integer,
  "patternstartdate" timestamptz,
  "recurrencepatterntype" integer,
  "ruleid" uuid not null,
  "starttime" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("ruleid")
);

create index recurrencerule_objectid on "recurrencerule" ("objectid" nulls first);

create table "recurringappointmentmaster" (
  "activityid" uuid not null,
  "category" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "dayofmonth" integer,
  "daysofweekmask" integer,
  "deletedexceptionslist" text,
  "description" text,
  "duration" integer,
  "effectiveenddate" timestamptz,
  "effectivestartdate" timestamptz,
  "endtime" timestamptz,
  "exchangerate" numeric,
  "expansionstatecode" integer,
  "firstdayofweek" integer,
  "globalobjectid" text,
  "groupid" uuid,
  "importsequencenumber" integer,
  "instance" integer,
  "instancetypecode" integer,
  "interval" integer,
  "isalldayevent" boolean,
  "isbilled" boolean,
  "ismapiprivate" boolean,
  "isnthmonthly" boolean,
  "isnthyearly" boolean,
  "isonlinemeeting" boolean,
  "isregenerate" boolean,
  "isregularactivity" boolean,
  "isunsafe" integer,
  "isweekdaypattern" boolean,
  "isworkflowcreated" boolean,
  "lastexpandedinstancedate" timestamptz,
  "location" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "monthofyear" integer,
  "mr_attendeeresponses" text,
  "mr_exceptions" text,
  "mr_timezone" text,
  "nextexpansioninstancedate" timestamptz,
  "occurrences" integer,
  "onlinemeetingchatid" text,
  "onlinemeetingid" text,
  "onlinemeetingjoinurl" text,
  "onlinemeetingtype" integer,
  "outlookownerapptid" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "patternenddate" timestamptz,
  "patternendtype" integer,
  "patternstartdate" timestamptz,
  "prioritycode" integer,
  "processid" uuid,
  "recurrencepatterntype" integer,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "ruleid" uuid,
  "safedescription" text,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "seriesstatus" boolean,
  "serviceid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "starttime" timestamptz,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index recurringappointmentmaster_globalobjectid on "recurringappointmentmaster" (lower("globalobjectid") nulls first);

create index recurringappointmentmaster_change on "recurringappointmentmaster" (mr_txid, versionnumber);

create table "role" (
  "appliesto" text,
  "businessunitid" uuid,
  "canbedeleted" boolean,
  "componentstate" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "importsequencenumber" integer,
  "isautoassigned" integer,
  "iscustomizable" boolean,
  "isinherited" integer,
  "ismanaged" boolean,
  "issystemgenerated" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "organizationid" uuid,
  "overriddencreatedon" timestamptz,
  "overwritetime" timestamptz,
  "parentroleid" uuid,
  "parentrootroleid" uuid,
  "roleid" uuid not null,
  "roleidunique" uuid,
  "roletemplateid" uuid,
  "solutionid" uuid,
  "summaryofcoretablepermissions" text,
  "supportingsolutionid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("roleid")
);

create unique index role_businessunitid_name on "role" ("businessunitid", lower("name"));

create table "roleprivileges" (
  "roleid" uuid,
  "privilegeid" uuid,
  "roleprivilegeid" uuid not null,
  "canbedeleted" boolean,
  "privilegedepthmask" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("roleprivilegeid")
);

create unique index roleprivileges_roleid_privilegeid on "roleprivileges" ("roleid", "privilegeid");

create index roleprivileges_privilegeid on "roleprivileges" ("privilegeid" nulls first);

create table "roletemplate" (
  "name" text,
  "roletemplateid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("roletemplateid")
);

create table "savedquery" (
  "advancedgroupby" text,
  "canbedeleted" boolean,
  "columnsetxml" text,
  "componentstate" integer,
  "conditionalformatting" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "enablecrosspartition" boolean,
  "fetchxml" text,
  "introducedversion" text,
  "iscustom" boolean,
  "iscustomizable" boolean,
  "isdefault" boolean,
  "ismanaged" boolean,
  "isprivate" boolean,
  "isquickfindquery" boolean,
  "isuserdefined" boolean,
  "layoutjson" text,
  "layoutxml" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "offlinesqlquery" text,
  "organizationid" uuid,
  "organizationtaborder" integer,
  "overwritetime" timestamptz,
  "queryapi" text,
  "queryappusage" integer,
  "querytype" integer,
  "returnedtypecode" text,
  "roledisplayconditionsxml" text,
  "savedqueryid" uuid not null,
  "savedqueryidunique" uuid,
  "solutionid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "supportingsolutionid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("savedqueryid")
);

create table "syncattributemapping" (
  "allowedsyncdirection" integer,
  "attributecrmname" text,
  "attributeexchangename" text,
  "componentstate" integer,
  "computedproperties" text,
  "defaultsyncdirection" integer,
  "entitytypecode" text,
  "iscomputed" boolean,
  "ismanaged" boolean,
  "mappingname" text,
  "organizationid" uuid,
  "overwritetime" timestamptz,
  "parentsyncattributemappingid" uuid,
  "solutionid" uuid,
  "supportingsolutionid" uuid,
  "syncattributemappingid" uuid not null,
  "syncattributemappingidunique" uuid,
  "syncattributemappingprofileid" uuid,
  "syncdirection" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("syncattributemappingid")
);

create table "syncattributemappingprofile" (
  "componentstate" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "ismanaged" boolean,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "organizationid" uuid,
  "overwritetime" timestamptz,
  "solutionid" uuid,
  "supportingsolutionid" uuid,
  "syncattributemappingprofileid" uuid not null,
  "syncattributemappingprofileidunique" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("syncattributemappingprofileid")
);

create table "syncerror" (
  "action" text,
  "actiondata" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "errorcode" text,
  "errordetail" text,
  "errormessage" text,
  "errortime" timestamptz,
  "errortype" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "requestdata" text,
  "statecode" integer,
  "statuscode" integer,
  "syncerrorid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("syncerrorid")
);

create table "systemuser" (
  "accessmode" integer,
  "activedirectoryguid" uuid,
  "address1_addressid" uuid,
  "address1_addresstypecode" integer,
  "address1_city" text,
  "address1_composite" text,
  "address1_country" text,
  "address1_county" text,
  "address1_fax" text,
  "address1_latitude" double precision,
  "address1_line1" text,
  "address1_line2" text,
  "address1_line3" text,
  "address1_longitude" double precision,
  "address1_name" text,
  "address1_postalcode" text,
  "address1_postofficebox" text,
  "address1_shippingmethodcode" integer,
  "address1_stateorprovince" text,
  "address1_telephone1" text,
  "address1_telephone2" text,
  "address1_telephone3" text,
  "address1_upszone" text,
  "address1_utcoffset" integer,
  "address2_addressid" uuid,
  "address2_addresstypecode" integer,
  "address2_city" text,
  "address2_composite" text,
  "address2_country" text,
  "address2_county" text,
  "address2_fax" text,
  "address2_latitude" double precision,
  "address2_line1" text,
  "address2_line2" text,
  "address2_line3" text,
  "address2_longitude" double precision,
  "address2_name" text,
  "address2_postalcode" text,
  "address2_postofficebox" text,
  "address2_shippingmethodcode" integer,
  "address2_stateorprovince" text,
  "address2_telephone1" text,
  "address2_telephone2" text,
  "address2_telephone3" text,
  "address2_upszone" text,
  "address2_utcoffset" integer,
  "applicationid" uuid,
  "applicationiduri" text,
  "azureactivedirectoryobjectid" uuid,
  "azuredeletedon" timestamptz,
  "azurestate" integer,
  "businessunitid" uuid,
  "calendarid" uuid,
  "caltype" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "defaultfilterspopulated" boolean,
  "defaultmailbox" uuid,
  "defaultodbfoldername" text,
  "deletedstate" integer,
  "disabledreason" text,
  "displayinserviceviews" boolean,
  "domainname" text,
  "emailrouteraccessapproval" integer,
  "employeeid" text,
  "entityimage" bytea,
  "entityimage_timestamp" bigint,
  "entityimage_url" text,
  "entityimageid" uuid,
  "exchangerate" numeric,
  "firstname" text,
  "fullname" text,
  "governmentid" text,
  "homephone" text,
  "identityid" integer,
  "importsequencenumber" integer,
  "incomingemaildeliverymethod" integer,
  "internalemailaddress" text,
  "invitestatuscode" integer,
  "isactivedirectoryuser" boolean,
  "isallowedbyipfirewall" boolean,
  "isdisabled" boolean,
  "isemailaddressapprovedbyo365admin" boolean,
  "isintegrationuser" boolean,
  "islicensed" boolean,
  "issyncwithdirectory" boolean,
  "jobtitle" text,
  "lastname" text,
  "latestupdatetime" timestamptz,
  "middlename" text,
  "mobilealertemail" text,
  "mobileofflineprofileid" uuid,
  "mobilephone" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "nickname" text,
  "organizationid" uuid,
  "outgoingemaildeliverymethod" integer,
  "overriddencreatedon" timestamptz,
  "parentsystemuserid" uuid,
  "passporthi" integer,
  "passportlo" integer,
  "personalemailaddress" text,
  "photourl" text,
  "positionid" uuid,
  "preferredaddresscode" integer,
  "preferredemailcode" integer,
  "preferredphonecode" integer,
  "processid" uuid,
  "queueid" uuid,
  "salutation" text,
  "setupuser" boolean,
  "sharepointemailaddress" text,
  "siteid" uuid,
  "skills" text,
  "stageid" uuid,
  "systemmanagedusertype" integer,
  "systemuserid" uuid not null,
  "territoryid" uuid,
  "timezoneruleversionnumber" integer,
  "title" text,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "userlicensetype" integer,
  "userpuid" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "windowsliveid" text,
  "yammeremailaddress" text,
  "yammeruserid" text,
  "yomifirstname" text,
  "yomifullname" text,
  "yomilastname" text,
  "yomimiddlename" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("systemuserid")
);

create index systemuser_fullname on "systemuser" (lower("fullname") nulls first);

create index systemuser_internalemailaddress on "systemuser" (lower("internalemailaddress") nulls first);

create index systemuser_domainname on "systemuser" (lower("domainname") nulls first);

create index systemuser_azureactivedirectoryobjectid on "systemuser" ("azureactivedirectoryobjectid" nulls first) where azureactivedirectoryobjectid is not null;

create index systemuser_applicationid on "systemuser" ("applicationid" nulls first) where applicationid is not null;

create index systemuser_search on "systemuser" using gin (to_tsvector('simple', coalesce("fullname", '') || ' ' || coalesce("internalemailaddress", '')));

create table "systemuserroles" (
  "systemuserid" uuid,
  "roleid" uuid,
  "systemuserroleid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("systemuserroleid")
);

create unique index systemuserroles_systemuserid_roleid on "systemuserroles" ("systemuserid", "roleid");

create index systemuserroles_roleid on "systemuserroles" ("roleid" nulls first);

create table "task" (
  "activityadditionalparams" text,
  "activityid" uuid not null,
  "actualdurationminutes" integer,
  "actualend" timestamptz,
  "actualstart" timestamptz,
  "category" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "crmtaskassigneduniqueid" uuid,
  "description" text,
  "exchangerate" numeric,
  "importsequencenumber" integer,
  "isbilled" boolean,
  "isregularactivity" boolean,
  "isworkflowcreated" boolean,
  "lastonholdtime" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "onholdtime" integer,
  "overriddencreatedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "percentcomplete" integer,
  "prioritycode" integer,
  "processid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "scheduleddurationminutes" integer,
  "scheduledend" timestamptz,
  "scheduledstart" timestamptz,
  "serviceid" uuid,
  "slaid" uuid,
  "slainvokedid" uuid,
  "sortdate" timestamptz,
  "stageid" uuid,
  "statecode" integer,
  "statuscode" integer,
  "subcategory" text,
  "subject" text,
  "subscriptionid" uuid,
  "timezoneruleversionnumber" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "utcconversiontimezonecode" integer,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("activityid")
);

create index task_modifiedon on "task" ("modifiedon" nulls first);

create index task_ownerid on "task" ("ownerid" nulls first);

create index task_regardingobjectid on "task" ("regardingobjectid" nulls first) where regardingobjectid is not null;

create index task_change on "task" (mr_txid, versionnumber);

create table "team" (
  "administratorid" uuid,
  "azureactivedirectoryobjectid" uuid,
  "businessunitid" uuid,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "delegatedauthorizationid" uuid,
  "description" text,
  "emailaddress" text,
  "exchangerate" numeric,
  "importsequencenumber" integer,
  "isdefault" boolean,
  "issastokenset" boolean,
  "membershiptype" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "organizationid" uuid,
  "overriddencreatedon" timestamptz,
  "processid" uuid,
  "queueid" uuid,
  "regardingobjectid" uuid,
  "sastoken" text,
  "sharelinkqualifier" text,
  "stageid" uuid,
  "systemmanaged" boolean,
  "teamid" uuid not null,
  "teamtemplateid" uuid,
  "teamtype" integer,
  "transactioncurrencyid" uuid,
  "traversedpath" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "yominame" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("teamid")
);

create table "teammembership" (
  "teamid" uuid,
  "systemuserid" uuid,
  "teammembershipid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("teammembershipid")
);

create unique index teammembership_teamid_systemuserid on "teammembership" ("teamid", "systemuserid");

create index teammembership_systemuserid on "teammembership" ("systemuserid" nulls first);

create table "teamroles" (
  "teamid" uuid,
  "roleid" uuid,
  "teamroleid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("teamroleid")
);

create unique index teamroles_teamid_roleid on "teamroles" ("teamid", "roleid");

create index teamroles_roleid on "teamroles" ("roleid" nulls first);

create table "template" (
  "body" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "description" text,
  "ispersonal" boolean,
  "languagecode" integer,
  "mimetype" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "subject" text,
  "templateid" uuid not null,
  "templatetypecode" text,
  "title" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("templateid")
);

create table "traceassociation" (
  "organizationid" uuid,
  "regardingobjectid" uuid,
  "traceassociationid" uuid not null,
  "tracelogid" uuid,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("traceassociationid")
);

create table "tracelog" (
  "canbedeleted" boolean,
  "collationlevel" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "errordetails" text,
  "errortypedisplay" text,
  "isunique" boolean,
  "level" integer,
  "machinename" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "organizationid" uuid,
  "parenttracelogid" uuid,
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "regardingobjectownerid" uuid,
  "regardingobjectownerid__table" text,
  "regardingobjectowningbusinessunit" uuid,
  "text" text,
  "timezoneruleversionnumber" integer,
  "traceactionxml" text,
  "tracecode" integer,
  "tracedetailxml" text,
  "tracelogid" uuid not null,
  "traceparameterhash" integer,
  "traceparameterxml" text,
  "traceregardingid" uuid,
  "tracestatus" boolean,
  "utcconversiontimezonecode" integer,
  "mr_count" integer,
  "mr_code" text,
  "mr_work" text,
  "mr_nextattempton" timestamptz,
  "mr_lastoccurredon" timestamptz,
  "mr_resolvedon" timestamptz,
  "mr_mailedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("tracelogid")
);

create index tracelog_regardingobjectid_createdon on "tracelog" ("regardingobjectid" nulls first, "createdon" nulls first);

create index tracelog_createdon on "tracelog" ("createdon" nulls first);

create index tracelog_mr_lastoccurredon on "tracelog" ("mr_lastoccurredon" nulls first);

create table "traceregarding" (
  "regardingobjectid" uuid,
  "regardingobjectid__table" text,
  "regardingobjectownerid" uuid,
  "regardingobjectownerid__table" text,
  "regardingobjectowningbusinessunit" uuid,
  "traceregardingid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("traceregardingid")
);

create table "unresolvedaddress" (
  "emailaddress" text,
  "fullname" text,
  "telephone" text,
  "unresolvedaddressid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("unresolvedaddressid")
);

create table "userquery" (
  "advancedgroupby" text,
  "columnsetxml" text,
  "conditionalformatting" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "description" text,
  "enablecrosspartition" boolean,
  "fetchxml" text,
  "layoutjson" text,
  "layoutxml" text,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "name" text,
  "offlinesqlquery" text,
  "ownerid" uuid,
  "ownerid__table" text,
  "owningbusinessunit" uuid,
  "owningteam" uuid,
  "owninguser" uuid,
  "parentqueryid" uuid,
  "querytype" integer,
  "returnedtypecode" text,
  "statecode" integer,
  "statuscode" integer,
  "userqueryid" uuid not null,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("userqueryid")
);

create table "usersettings" (
  "addressbooksyncinterval" integer,
  "advancedfindstartupmode" integer,
  "allowemailcredentials" boolean,
  "amdesignator" text,
  "autocaptureuserstatus" integer,
  "autocreatecontactonpromote" integer,
  "businessunitid" uuid,
  "calendartype" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "createdonbehalfby" uuid,
  "currencydecimalprecision" integer,
  "currencyformatcode" integer,
  "currencysymbol" text,
  "d365autoinstallattemptstatus" integer,
  "datavalidationmodeforexporttoexcel" integer,
  "dateformatcode" integer,
  "dateformatstring" text,
  "dateseparator" text,
  "decimalsymbol" text,
  "defaultcalendarview" integer,
  "defaultcountrycode" text,
  "defaultdashboardid" uuid,
  "defaultsearchexperience" integer,
  "emailpassword" text,
  "emailusername" text,
  "entityformmode" integer,
  "fullnameconventioncode" integer,
  "getstartedpanecontentenabled" boolean,
  "helplanguageid" integer,
  "homepagearea" text,
  "homepagelayout" text,
  "homepagesubarea" text,
  "ignoreunsolicitedemail" boolean,
  "incomingemailfilteringmethod" integer,
  "isappsforcrmalertdismissed" boolean,
  "isautodatacaptureenabled" boolean,
  "isdefaultcountrycodecheckenabled" boolean,
  "isduplicatedetectionenabledwhengoingonline" boolean,
  "isemailconversationviewenabled" boolean,
  "isguidedhelpenabled" boolean,
  "isresourcebookingexchangesyncenabled" boolean,
  "issendasallowed" boolean,
  "lastalertsviewedtime" timestamptz,
  "lastmodifiedtimeforviewpersonalizationsettings" timestamptz,
  "localeid" integer,
  "longdateformatcode" integer,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "modifiedonbehalfby" uuid,
  "negativecurrencyformatcode" integer,
  "negativeformatcode" integer,
  "nexttrackingnumber" integer,
  "numbergroupformat" text,
  "numberseparator" text,
  "offlinesyncinterval" integer,
  "outlooksyncinterval" integer,
  "paginglimit" integer,
  "personalizationsettings" text,
  "pmdesignator" text,
  "preferredsolution" uuid,
  "pricingdecimalprecision" integer,
  "releasechannel" integer,
  "reportscripterrors" integer,
  "resourcebookingexchangesyncversion" bigint,
  "selectedglobalfilterid" uuid,
  "showweeknumber" boolean,
  "splitviewstate" boolean,
  "synccontactcompany" boolean,
  "systemuserid" uuid not null,
  "tablescopeddvsearchfeatureteachingbubbleviews" integer,
  "tablescopeddvsearchquickfindteachingbubbleviews" integer,
  "timeformatcode" integer,
  "timeformatstring" text,
  "timeseparator" text,
  "timezonebias" integer,
  "timezonecode" integer,
  "timezonedaylightbias" integer,
  "timezonedaylightday" integer,
  "timezonedaylightdayofweek" integer,
  "timezonedaylighthour" integer,
  "timezonedaylightminute" integer,
  "timezonedaylightmonth" integer,
  "timezonedaylightsecond" integer,
  "timezonedaylightyear" integer,
  "timezonestandardbias" integer,
  "timezonestandardday" integer,
  "timezonestandarddayofweek" integer,
  "timezonestandardhour" integer,
  "timezonestandardminute" integer,
  "timezonestandardmonth" integer,
  "timezonestandardsecond" integer,
  "timezonestandardyear" integer,
  "trackingtokenid" integer,
  "transactioncurrencyid" uuid,
  "trytogglesets" text,
  "trytogglestatus" boolean,
  "uilanguageid" integer,
  "usecrmformforappointment" boolean,
  "usecrmformforcontact" boolean,
  "usecrmformforemail" boolean,
  "usecrmformfortask" boolean,
  "useimagestrips" boolean,
  "userprofile" text,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  "visualizationpanelayout" integer,
  "workdaystarttime" text,
  "workdaystoptime" text,
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("systemuserid")
);

create table "mr_auditsetting" (
  "mr_auditsettingid" uuid not null,
  "mr_table" text,
  "mr_column" text,
  "mr_isaudited" boolean,
  "createdby" uuid,
  "createdon" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_auditsettingid")
);

create unique index mr_auditsetting_mr_table_mr_column on "mr_auditsetting" (lower("mr_table"), lower("mr_column")) where mr_column is not null;

create unique index mr_auditsetting_mr_table on "mr_auditsetting" (lower("mr_table")) where mr_column is null;

create table "mr_delivery" (
  "mr_deliveryid" uuid not null,
  "mr_webhookid" uuid,
  "mr_subscriptionid" uuid,
  "mr_table" text,
  "mr_recordid" uuid,
  "mr_event" integer,
  "mr_changedcolumns" text,
  "mr_status" integer,
  "mr_attempts" integer,
  "mr_nextattempton" timestamptz,
  "mr_lasterror" text,
  "mr_responsestatus" integer,
  "mr_deliveredon" timestamptz,
  "createdon" timestamptz,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_deliveryid")
);

create index mr_delivery_mr_nextattempton on "mr_delivery" ("mr_nextattempton" nulls first) where mr_status = 100000000;

create index mr_delivery_mr_status_createdon on "mr_delivery" ("mr_status" nulls first, "createdon" nulls first);

create index mr_delivery_mr_webhookid_createdon on "mr_delivery" ("mr_webhookid" nulls first, "createdon" nulls first);

create table "mr_maildecision" (
  "mr_maildecisionid" uuid not null,
  "mr_mailboxid" uuid,
  "mr_serverid" text,
  "mr_messageid" text,
  "mr_identity" text,
  "mr_subject" text,
  "mr_sender" text,
  "mr_receivedon" timestamptz,
  "mr_sizebytes" integer,
  "mr_verdict" integer,
  "mr_reasoncode" text,
  "mr_reason" text,
  "mr_acceptingentityid" uuid,
  "mr_acceptingentityid__table" text,
  "mr_emailid" uuid,
  "mr_correlationmethod" integer,
  "mr_evidence" text,
  "mr_isautomatic" boolean,
  "createdon" timestamptz,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_maildecisionid")
);

create unique index mr_maildecision_mr_mailboxid_mr_identity on "mr_maildecision" ("mr_mailboxid", "mr_identity") where mr_identity is not null;

create index mr_maildecision_mr_messageid on "mr_maildecision" ("mr_messageid" nulls first);

create index mr_maildecision_mr_mailboxid_createdon on "mr_maildecision" ("mr_mailboxid" nulls first, "createdon" nulls first);

create index mr_maildecision_createdon on "mr_maildecision" ("createdon" nulls first);

create index mr_maildecision_mr_emailid on "mr_maildecision" ("mr_emailid" nulls first) where mr_emailid is not null;

create table "mr_quarantine" (
  "mr_quarantineid" uuid not null,
  "mr_mailboxid" uuid,
  "mr_serverid" text,
  "mr_messageid" text,
  "mr_subject" text,
  "mr_sender" text,
  "mr_sizebytes" integer,
  "mr_movedue" boolean,
  "mr_rawblob" text,
  "mr_cause" text,
  "mr_causecode" text,
  "mr_attempts" integer,
  "mr_nextattempton" timestamptz,
  "mr_status" integer,
  "mr_emailid" uuid,
  "createdon" timestamptz,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_quarantineid")
);

create unique index mr_quarantine_mr_mailboxid_mr_serverid on "mr_quarantine" ("mr_mailboxid", "mr_serverid");

create index mr_quarantine_mr_status_mr_nextattempton on "mr_quarantine" ("mr_status" nulls first, "mr_nextattempton" nulls first);

create index mr_quarantine_createdon on "mr_quarantine" ("createdon" nulls first);

create table "mr_queuemember" (
  "mr_queuememberid" uuid not null,
  "mr_queueid" uuid,
  "mr_principalid" uuid,
  "mr_principalid__table" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_queuememberid")
);

create unique index mr_queuemember_mr_queueid_mr_principalid on "mr_queuemember" ("mr_queueid", "mr_principalid");

create index mr_queuemember_mr_principalid on "mr_queuemember" ("mr_principalid" nulls first);

create table "mr_creationrule" (
  "mr_creationruleid" uuid not null,
  "mr_name" text,
  "mr_description" text,
  "mr_queueid" uuid,
  "mr_sourcetable" text,
  "mr_unknownsender" integer,
  "mr_whenregarding" integer,
  "mr_closedforhours" integer,
  "mr_automaticmail" integer,
  "statecode" integer,
  "statuscode" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_creationruleid")
);

create unique index mr_creationrule_mr_queueid_mr_sourcetable on "mr_creationrule" ("mr_queueid", lower("mr_sourcetable")) where statecode = 0;

create table "mr_creationruleitem" (
  "mr_creationruleitemid" uuid not null,
  "mr_creationruleid" uuid,
  "mr_name" text,
  "mr_order" integer,
  "mr_filter" text,
  "mr_targettable" text,
  "mr_mapping" text,
  "mr_setsregarding" boolean,
  "createdby" uuid,
  "createdon" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_creationruleitemid")
);

create index mr_creationruleitem_mr_creationruleid on "mr_creationruleitem" ("mr_creationruleid" nulls first);

create table "mr_subscription" (
  "mr_subscriptionid" uuid not null,
  "mr_name" text,
  "mr_webhookid" uuid,
  "mr_table" text,
  "mr_oncreate" boolean,
  "mr_onupdate" boolean,
  "mr_ondelete" boolean,
  "mr_columns" text,
  "mr_filter" text,
  "mr_select" text,
  "statecode" integer,
  "statuscode" integer,
  "createdby" uuid,
  "createdon" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_subscriptionid")
);

create index mr_subscription_mr_table on "mr_subscription" (lower("mr_table") nulls first);

create index mr_subscription_mr_webhookid on "mr_subscription" ("mr_webhookid" nulls first);

create table "mr_webhook" (
  "mr_webhookid" uuid not null,
  "mr_name" text,
  "mr_url" text,
  "mr_secret" text,
  "mr_issecretset" boolean,
  "mr_disabledreason" text,
  "statecode" integer,
  "statuscode" integer,
  "ownerid" uuid,
  "ownerid__table" text,
  "createdby" uuid,
  "createdon" timestamptz,
  "modifiedby" uuid,
  "modifiedon" timestamptz,
  "versionnumber" bigint not null default nextval('mr_rowversion'),
  mr_txid xid8 not null default pg_current_xact_id(),
  primary key ("mr_webhookid")
);

create view activitypointer as
select "activityadditionalparams", "activityid", 'appointment'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", "formattedscheduledend", "formattedscheduledstart", "instancetypecode", "isbilled", "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "appointment"
union all
select "activityadditionalparams", "activityid", 'email'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", "deliveryprioritycode", "description", "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", null::integer as "instancetypecode", "isbilled", null::boolean as "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", "sendermailboxid", "senton", null::uuid as "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "email"
union all
select null::text as "activityadditionalparams", "activityid", 'fax'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", null::integer as "instancetypecode", "isbilled", null::boolean as "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", null::uuid as "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "fax"
union all
select null::text as "activityadditionalparams", "activityid", 'letter'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", null::integer as "instancetypecode", "isbilled", null::boolean as "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", null::uuid as "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "letter"
union all
select "activityadditionalparams", "activityid", 'phonecall'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", null::integer as "instancetypecode", "isbilled", null::boolean as "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", null::uuid as "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "phonecall"
union all
select null::text as "activityadditionalparams", "activityid", 'recurringappointmentmaster'::text as "activitytypecode", null::integer as "actualdurationminutes", null::timestamptz as "actualend", null::timestamptz as "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", "instancetypecode", "isbilled", "ismapiprivate", "isregularactivity", "isworkflowcreated", null::timestamptz as "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", null::integer as "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", null::integer as "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", null::uuid as "seriesid", "serviceid", null::uuid as "slaid", null::uuid as "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "recurringappointmentmaster"
union all
select "activityadditionalparams", "activityid", 'task'::text as "activitytypecode", "actualdurationminutes", "actualend", "actualstart", null::integer as "community", "createdby", "createdon", "createdonbehalfby", null::timestamptz as "deliverylastattemptedon", null::integer as "deliveryprioritycode", "description", null::bytea as "descriptionblobid", null::text as "exchangeitemid", "exchangerate", null::text as "exchangeweblink", null::timestamp as "formattedscheduledend", null::timestamp as "formattedscheduledstart", null::integer as "instancetypecode", "isbilled", null::boolean as "ismapiprivate", "isregularactivity", "isworkflowcreated", "lastonholdtime", null::boolean as "leftvoicemail", "modifiedby", "modifiedon", "modifiedonbehalfby", "onholdtime", "ownerid", "ownerid__table", "owningbusinessunit", "owningteam", "owninguser", null::timestamptz as "postponeactivityprocessinguntil", "prioritycode", "processid", "regardingobjectid", "regardingobjectid__table", "scheduleddurationminutes", "scheduledend", "scheduledstart", null::uuid as "sendermailboxid", null::timestamptz as "senton", null::uuid as "seriesid", "serviceid", "slaid", "slainvokedid", "sortdate", "stageid", "statecode", "statuscode", "subject", "timezoneruleversionnumber", "transactioncurrencyid", "traversedpath", "utcconversiontimezonecode", "versionnumber", mr_txid from "task";

create table mr_blob (
  key text primary key,
  size integer not null,
  pieces uuid,
  packed integer[],
  source text,
  start integer,
  length integer,
  chars integer,
  lineend smallint,
  createdon timestamptz not null,
  check ((pieces is null) = (source is not null))
);

create table mr_blobpiece (
  blob uuid not null,
  number integer not null,
  bytes bytea not null,
  primary key (blob, number)
);

alter table mr_blobpiece alter column bytes set storage plain;

create index mr_blob_source on mr_blob (source) where source is not null;

create table mr_sighting (
  mailboxid uuid not null,
  serverid text not null,
  deletiondue boolean not null default false,
  fingerprint text,
  seenon timestamptz not null default now(),
  primary key (mailboxid, serverid)
);

create table mr_consent (
  mailboxid uuid primary key,
  accesstoken text not null,
  refreshtoken text,
  account text,
  issuedon timestamptz not null,
  expireson timestamptz not null,
  refreshinguntil timestamptz,
  refusedon timestamptz,
  refusal text
);

create index mr_sighting_due on mr_sighting (mailboxid, serverid) where deletiondue;

create table mr_mailboxlease (
  mailboxid uuid not null,
  work text not null,
  profileid uuid,
  dueon timestamptz,
  wakeon timestamptz,
  worker text,
  leaseuntil timestamptz,
  token bigint not null default 0,
  connections integer not null default 1,
  primary key (mailboxid, work)
) with (fillfactor = 70);

create index mr_mailboxlease_due on mr_mailboxlease (profileid, work, dueon) where dueon is not null;

create index mr_mailboxlease_leased on mr_mailboxlease (profileid, leaseuntil) where worker is not null;

create index mr_mailboxlease_next on mr_mailboxlease (work, dueon) where worker is null and dueon is not null;

create table mr_handover (
  emailid uuid primary key,
  mailboxid uuid not null,
  token bigint not null,
  begunon timestamptz not null,
  outcome json
) with (fillfactor = 50);

create table mr_sendallowance (
  profileid uuid primary key,
  minute timestamptz not null,
  used integer not null
) with (fillfactor = 50);

create table mr_tombstone (
  tablename text not null,
  id uuid not null,
  versionnumber bigint not null default nextval('mr_rowversion'),
  txid xid8 not null default pg_current_xact_id(),
  deletedon timestamptz not null,
  identity text,
  isoutgoing boolean,
  primary key (tablename, id)
);

create index mr_tombstone_change on mr_tombstone (txid, versionnumber);

create index mr_tombstone_identity on mr_tombstone (identity) where identity is not null;

create table mr_awaitedmail (
  emailid uuid not null references email on delete cascade,
  messageid text not null,
  primary key (emailid, messageid)
);

create index mr_awaitedmail_messageid on mr_awaitedmail (messageid);

create table mr_messagealias (
  messageid text not null,
  emailid uuid not null references email on delete cascade,
  primary key (messageid, emailid)
);

create index mr_messagealias_emailid on mr_messagealias (emailid);

create table mr_token (
  tokenhash text primary key,
  systemuserid uuid not null,
  name text not null,
  kind text not null,
  expireson timestamptz,
  createdon timestamptz not null,
  usedon timestamptz,
  revokedon timestamptz
);

create table mr_credential (
  credentialid uuid primary key,
  systemuserid uuid not null,
  kind text not null,
  name text not null,
  hash text not null,
  hint text,
  createdon timestamptz not null,
  expireson timestamptz,
  usedon timestamptz,
  failures integer not null default 0,
  blockeduntil timestamptz
);

create unique index mr_credential_password on mr_credential (systemuserid) where kind = 'password';

create index mr_credential_secret on mr_credential (systemuserid) where kind = 'secret';

create table mr_cursor (
  mailboxid uuid not null,
  work text not null,
  name text not null,
  value text not null,
  primary key (mailboxid, work, name)
);

create table mr_folderitem (
  mailboxid uuid not null,
  folderid text not null,
  serverid text not null,
  identity text,
  emailid uuid references email on delete set null,
  issettled boolean not null,
  claimedon timestamptz not null,
  regardingtable text,
  regardingid uuid,
  appliedid uuid,
  goneon timestamptz,
  primary key (mailboxid, folderid, serverid)
);

create index mr_folderitem_email on mr_folderitem (emailid) where emailid is not null;

create table mr_mailmark (
  mailboxid uuid not null,
  identity text not null,
  serverid text not null,
  emailid uuid,
  state text not null,
  changedon timestamptz not null,
  primary key (mailboxid, identity)
);

create index mr_mailmark_server on mr_mailmark (mailboxid, serverid);

create index mr_mailmark_due on mr_mailmark (mailboxid) where state = 'due';

create table mr_upload (
  token text primary key,
  tablename text not null,
  recordid uuid,
  systemuserid uuid not null,
  createdon timestamptz not null
);

create table mr_uploadblock (
  token text not null references mr_upload on delete cascade,
  blockid text not null,
  size integer not null,
  body bytea not null,
  primary key (token, blockid)
);

alter table mr_uploadblock alter column body set storage external;

create table mr_watch (
  mailboxid uuid primary key,
  worker text not null,
  watcheduntil timestamptz not null,
  since timestamptz not null,
  listening boolean not null default false,
  trouble text
);

create index mr_watch_worker on mr_watch (worker);

create table mr_serverpause (
  server text not null,
  name text not null,
  pauseduntil timestamptz not null,
  strikes integer not null,
  reason text not null,
  primary key (server, name)
);

create table mr_serviceinfo (
  key text primary key,
  value text not null
);

create function mr_write_deliveries() returns trigger language plpgsql as $$
declare
  changed text[];
  recordid uuid;
begin
  if tg_op = 'DELETE' then
    recordid := (to_jsonb(old) ->> tg_argv[0])::uuid;
  else
    recordid := (to_jsonb(new) ->> tg_argv[0])::uuid;
  end if;
  if tg_op = 'UPDATE' then
    select array_agg(n.key order by n.key) into changed
    from jsonb_each(to_jsonb(new)) n join jsonb_each(to_jsonb(old)) o on o.key = n.key
    where n.value is distinct from o.value and n.key not in ('versionnumber', 'mr_txid', 'modifiedon', 'modifiedby');
    if changed is null then
      return null;
    end if;
  end if;
  insert into mr_delivery (mr_deliveryid, mr_webhookid, mr_subscriptionid, mr_table, mr_recordid, mr_event,
    mr_changedcolumns, mr_status, mr_attempts, createdon, modifiedon)
  select gen_random_uuid(), w.mr_webhookid, s.mr_subscriptionid, tg_table_name, recordid,
    case tg_op when 'INSERT' then 100000000 when 'UPDATE' then 100000001 else 100000002 end,
    array_to_string(changed, ','), 100000000, 0, now(), now()
  from mr_subscription s join mr_webhook w on w.mr_webhookid = s.mr_webhookid
  where s.mr_table = tg_table_name and s.statecode = 0 and w.statecode = 0
    and case tg_op when 'INSERT' then s.mr_oncreate when 'UPDATE' then s.mr_onupdate else s.mr_ondelete end
    and (tg_op <> 'UPDATE' or s.mr_columns is null or string_to_array(s.mr_columns, ',') && changed);
  return null;
end
$$;

create function mr_note_handovers(
  mailbox uuid, workname text, fence bigint, noted timestamptz, begun uuid[], ended json
) returns setof uuid language plpgsql set enable_seqscan = off as $$
declare
  note record;
  id uuid;
  status integer;
begin
  for note in select e.emailid, e.outcome from json_to_recordset(ended) as e(emailid uuid, outcome json) loop
    update mr_handover h set outcome = note.outcome where h.emailid = note.emailid and h.token = fence;
  end loop;
  if cardinality(begun) = 0 then
    return;
  end if;
  perform 1 from mr_mailboxlease l
  where l.mailboxid = mailbox and l.work = workname and l.token = fence and l.worker is not null for key share;
  if not found then
    return;
  end if;
  foreach id in array begun loop
    select m.statuscode into status from email m where m.activityid = id;
    if status = 7 then
      insert into mr_handover (emailid, mailboxid, token, begunon) values (id, mailbox, fence, noted)
      on conflict (emailid) do nothing;
      if found then
        return next id;
      end if;
    end if;
  end loop;
end
$$;

create function mr_claim_leases(
  workname text, most integer, claimer text, claimedon timestamptz, expireson timestamptz
) returns table (mailbox uuid, fence bigint, allowed integer) language plpgsql as $$
declare
  profiles uuid[];
  limits integer[];
  shares boolean[];
  claimed record;
  broken uuid[];
begin
  select array_agg(x.id), array_agg(x.atmost), array_agg(x.shared) into profiles, limits, shares from (
    select p.emailserverprofileid as id, coalesce(p.maxconcurrentconnections, 10) as atmost, case l.work
      when 'outgoing' then coalesce(p.outgoingcredentialretrieval, 0) <> 0
      when 'test' then coalesce(p.incomingcredentialretrieval, 0) <> 0 or coalesce(p.outgoingcredentialretrieval, 0) <> 0
      else coalesce(p.incomingcredentialretrieval, 0) <> 0 end as shared
    from emailserverprofile p cross join lateral (
      select l.dueon, l.work from mr_mailboxlease l
      where l.profileid = p.emailserverprofileid and l.work = workname and l.dueon <= claimedon
        and (l.worker is null or l.leaseuntil < claimedon)
      order by l.dueon limit 1) l
    order by l.dueon limit 16 for no key update of p skip locked) x;
  if profiles is null then
    return;
  end if;
  for claimed in
    with slot as materialized (
      select s.id as profileid, s.atmost, case when s.shared then s.atmost - coalesce((
        select sum(l.connections) from mr_mailboxlease l join emailserverprofile p on p.emailserverprofileid = l.profileid
        where l.profileid = s.id and l.worker is not null and l.leaseuntil >= claimedon and case l.work
      when 'outgoing' then coalesce(p.outgoingcredentialretrieval, 0) <> 0
      when 'test' then coalesce(p.incomingcredentialretrieval, 0) <> 0 or coalesce(p.outgoingcredentialretrieval, 0) <> 0
      else coalesce(p.incomingcredentialretrieval, 0) <> 0 end), 0)::integer end as free
      from unnest(profiles, limits, shares) s(id, atmost, shared)),
    due as materialized (
      select d.mailboxid, d.worker as formerworker, d.dueon, slot.profileid, slot.free as sharedfree, d.ownfree
      from slot cross join lateral (
        select l.mailboxid, l.worker, l.dueon, own.free as ownfree from mr_mailboxlease l cross join lateral (
          select slot.atmost - coalesce(sum(o.connections), 0)::integer as free
          from mr_mailboxlease o join emailserverprofile p on p.emailserverprofileid = slot.profileid
          where slot.free is null and o.mailboxid = l.mailboxid and o.worker is not null and o.leaseuntil >= claimedon
            and not case o.work
      when 'outgoing' then coalesce(p.outgoingcredentialretrieval, 0) <> 0
      when 'test' then coalesce(p.incomingcredentialretrieval, 0) <> 0 or coalesce(p.outgoingcredentialretrieval, 0) <> 0
      else coalesce(p.incomingcredentialretrieval, 0) <> 0 end) own
        where l.profileid = slot.profileid and l.work = workname and l.dueon <= claimedon
          and (l.worker is null or l.leaseuntil < claimedon) and own.free > 0
        order by l.dueon limit greatest(0, coalesce(slot.free, most)) for update of l skip locked) d
      order by d.dueon limit most),
    granted as materialized (
      select due.*, case when workname <> 'outgoing' then 1 else greatest(1, least(5,
        coalesce(sharedfree / (count(*) over (partition by profileid))::integer, ownfree) / 2)) end as connections from due)
    update mr_mailboxlease l set worker = claimer, leaseuntil = expireson, token = l.token + 1, wakeon = null, connections = granted.connections
    from granted where l.mailboxid = granted.mailboxid and l.work = workname
    returning l.mailboxid, l.token, l.connections, granted.formerworker
  loop
    if claimed.formerworker is not null then
      broken := broken || claimed.mailboxid;
    end if;
    mailbox := claimed.mailboxid;
    fence := claimed.token;
    allowed := claimed.connections;
    return next;
  end loop;
  if broken is not null then
    update mailbox set forcedunlockcount = coalesce(forcedunlockcount, 0) + 1, lastmailboxforcedunlockoccurredon = claimedon,
      hostid = left(claimer, 256), processinglastattemptedon = claimedon,
      versionnumber = nextval('mr_rowversion'), mr_txid = pg_current_xact_id()
    where mailboxid = any(broken);
  end if;
end
$$;

create function mr_audit_value(value jsonb, table_name text) returns jsonb language sql immutable as $$
  select case
    when value is null or value = 'null' then 'null'::jsonb
    when table_name is not null then to_jsonb(table_name || ',' || (value #>> '{}'))
    when jsonb_typeof(value) = 'string' and length(value #>> '{}') > 5000 then to_jsonb(left(value #>> '{}', 5000) || '...')
    else value end
$$;

create function mr_write_audit() returns trigger language plpgsql as $$
declare
  object jsonb := tg_argv[0]::jsonb;
  was jsonb;
  now_is jsonb;
  row_is jsonb;
  changes jsonb;
  mask text;
  act integer;
  doer uuid;
begin
  if tg_op <> 'INSERT' then was := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then now_is := to_jsonb(new); end if;
  row_is := coalesce(now_is, was);
  select jsonb_agg(case when c.s then jsonb_build_object('logicalName', c.n)
      else jsonb_build_object('logicalName', c.n, 'oldValue', mr_audit_value(c.old_value, c.old_table), 'newValue', mr_audit_value(c.new_value, c.new_table)) end order by c.n),
    string_agg(c.i::text, ',' order by c.i)
  into changes, mask
  from (
    select k.n, k.i, k.s, was -> k.n as old_value, now_is -> k.n as new_value,
      coalesce(was ->> k.t, k.c) as old_table, coalesce(now_is ->> k.t, k.c) as new_table
    from jsonb_to_recordset(tg_argv[1]::jsonb) as k(n text, i integer, t text, c text, s boolean)
  ) c
  where coalesce(c.old_value, 'null') <> coalesce(c.new_value, 'null')
    or (tg_op = 'UPDATE' and c.old_table is distinct from c.new_table);
  if tg_op = 'UPDATE' and changes is null then
    return null;
  end if;
  if object ? 'actions' then
    act := (object -> 'actions' ->> case tg_op when 'INSERT' then 0 when 'UPDATE' then 1 else 2 end)::integer;
  elsif tg_op = 'UPDATE' then
    act := case
      when was -> 'isdisabled' <> now_is -> 'isdisabled' then case now_is ->> 'isdisabled' when 'true' then 5 else 4 end
      when was -> 'statecode' <> now_is -> 'statecode' then case now_is ->> 'statecode' when '0' then 4 when '1' then 5 else 41 end
      when was -> 'ownerid' <> now_is -> 'ownerid' then 13
      else 2 end;
  else
    act := case tg_op when 'INSERT' then 1 else 3 end;
  end if;
  doer := coalesce(nullif(current_setting('mailroom.user', true), '')::uuid,
    case when tg_op <> 'DELETE' then coalesce((now_is ->> 'modifiedby')::uuid, (now_is ->> 'createdby')::uuid) end,
    (select (value::jsonb ->> 'systemUserId')::uuid from mr_serviceinfo where key = 'organization'));
  insert into audit (auditid, action, operation, objectid, objectid__table, userid, callinguserid, attributemask, changedata, createdon, transactionid)
  values (gen_random_uuid(), act,
    case when object ? 'actions' then 2 when tg_op = 'INSERT' then 1 when tg_op = 'UPDATE' then 2 else 3 end,
    (row_is ->> (object ->> 'id'))::uuid, coalesce(row_is ->> (object ->> 'tableFrom'), object ->> 'table'), doer,
    nullif(current_setting('mailroom.acting', true), '')::uuid, mask,
    jsonb_build_object('changedAttributes', coalesce(changes, '[]'::jsonb))::text, clock_timestamp(),
    md5(pg_current_xact_id()::text)::uuid);
  return null;
end
$$;
