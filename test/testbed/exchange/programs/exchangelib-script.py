"""Uses a server as exchangelib does. Arguments: URL of EWS, user, password, a second address and its password.

Prints one JSON line a step: name, ok, error.
"""

import json
import sys
import threading
import time
import traceback
from decimal import Decimal
from datetime import timedelta

from exchangelib import (
    DELEGATE,
    IMPERSONATION,
    Account,
    Build,
    CalendarItem,
    Configuration,
    Contact,
    Credentials,
    DistributionList,
    EWSDate,
    EWSDateTime,
    EWSTimeZone,
    ExtendedProperty,
    FileAttachment,
    HTMLBody,
    ItemAttachment,
    Mailbox,
    Message,
    NoVerifyHTTPAdapter,
    Q,
    Task,
    Version,
)
from exchangelib.folders import Calendar, Contacts, Messages, Tasks
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.items import (
    SEND_ONLY_TO_ALL,
    SEND_TO_ALL_AND_SAVE_COPY,
    SEND_TO_NONE,
    MeetingRequest,
    MeetingResponse,
    MeetingCancellation,
)
from exchangelib.properties import Attendee, CreatedEvent, ModifiedEvent, NewMailEvent
from exchangelib.properties import Member
from exchangelib.protocol import BaseProtocol
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    DailyPattern,
    Recurrence,
    RelativeMonthlyPattern,
    WeeklyPattern,
)

URL, USER, PASSWORD, OTHER, OTHER_PASSWORD = sys.argv[1:6]
STEPS = []


def step(work):
    STEPS.append(work)
    return work


def account_of(user, password, auth_type="basic"):
    config = Configuration(
        service_endpoint=URL,
        credentials=Credentials(user, password),
        auth_type=auth_type,
        version=Version(build=Build(15, 1, 2507, 39)) if auth_type == "basic" else None,
        max_connections=3,
    )
    return Account(user, config=config, autodiscover=False, access_type=DELEGATE)


ME = account_of(USER, PASSWORD)
YOU = account_of(OTHER, OTHER_PASSWORD)
UTC = EWSTimeZone("UTC")
BERLIN = EWSTimeZone("Europe/Berlin")


class OrderNumber(ExtendedProperty):
    property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
    property_name = "Order Number"
    property_type = "String"


Message.register("order_number", OrderNumber)


def eventually(look, seconds=10):
    """The first true answer of look."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.05)


@step
def folders():
    names = {f.name for f in ME.root.walk()}
    assert "Inbox" in names and "Calendar" in names, names
    assert isinstance(ME.calendar, Calendar) and isinstance(ME.contacts, Contacts) and isinstance(ME.tasks, Tasks)
    child = Messages(parent=ME.inbox, name="Project")
    child.save()
    again = ME.inbox / "Project"
    assert again.id == child.id
    again.name = "Project X"
    again.save()
    ME.root.refresh() if hasattr(ME.root, "refresh") else None
    ME.root.clear_cache()
    assert (ME.inbox / "Project X").id == child.id
    before = ME.inbox.total_count
    Message(account=ME, folder=ME.inbox, subject="counted", body="x").save()
    ME.inbox.refresh()
    assert ME.inbox.total_count == (before or 0) + 1
    again.delete()
    ME.root.clear_cache()
    assert "Project X" not in {f.name for f in ME.root.walk()}


@step
def drafts_and_updates():
    item = Message(
        account=ME,
        folder=ME.drafts,
        subject="Draft",
        body=HTMLBody("<html><body>Hello <b>you</b></body></html>"),
        to_recipients=[Mailbox(email_address=OTHER)],
        categories=["Red", "Blue"],
        order_number="4711",
        importance="High",
    )
    item.attach(FileAttachment(name="a.txt", content=b"one"))
    item.save()
    item.attach(FileAttachment(name="b.bin", content=bytes(range(256)), is_inline=True, content_id="pic"))
    inner = Message(subject="Inner", body="inside", to_recipients=[Mailbox(email_address=OTHER)])
    item.attach(ItemAttachment(name="inner", item=inner))
    got = ME.drafts.get(subject="Draft")
    assert got.order_number == "4711" and got.importance == "High"
    assert sorted(got.categories) == ["Blue", "Red"]
    assert got.body == item.body
    assert got.text_body.strip() == "Hello you", repr(got.text_body)
    assert {a.name for a in got.attachments} == {"a.txt", "b.bin", "inner"}
    by_name = {a.name: a for a in got.attachments}
    assert by_name["a.txt"].content == b"one" and by_name["b.bin"].content == bytes(range(256))
    assert by_name["inner"].item.subject == "Inner" and by_name["inner"].item.body.strip() == "inside"
    got.subject = "Draft 2"
    got.categories = None
    got.order_number = "4712"
    got.save()
    fresh = ME.drafts.get(subject="Draft 2")
    assert fresh.categories is None and fresh.order_number == "4712" and fresh.changekey == got.changekey
    fresh.attachments[0].detach()
    fresh.refresh()
    assert len(fresh.attachments) == 2
    moved_from = fresh.id
    fresh.move(ME.inbox)
    assert fresh.id != moved_from and ME.inbox.get(subject="Draft 2").id == fresh.id
    copied = fresh.copy(ME.drafts)
    assert ME.drafts.filter(subject="Draft 2").count() == 1, copied
    fresh.soft_delete()
    ME.drafts.get(subject="Draft 2").move_to_trash()
    assert ME.trash.filter(subject="Draft 2").count() == 1
    assert b"Subject: Draft 2" in ME.trash.get(subject="Draft 2").mime_content


@step
def queries():
    folder = Messages(parent=ME.inbox, name="Queries")
    folder.save()
    items = [
        Message(account=ME, folder=folder, subject=f"Query {n:02}", body=f"text {n}", is_read=n % 2 == 0)
        for n in range(30)
    ]
    folder.bulk_create(items)
    assert folder.all().count() == 30
    assert folder.filter(is_read=True).count() == 15
    assert folder.filter(subject__startswith="Query 1").count() == 10
    assert folder.filter(subject__icontains="QUERY 2").count() == 10
    assert folder.filter(Q(subject="Query 03") | Q(subject="Query 04")).count() == 2
    assert folder.exclude(subject="Query 03").count() == 29
    ordered = list(folder.all().order_by("-subject").values_list("subject", flat=True))
    assert ordered == [f"Query {n:02}" for n in range(29, -1, -1)]
    paged = folder.all().order_by("subject")
    paged.page_size = 7
    assert [i.subject for i in paged] == [f"Query {n:02}" for n in range(30)]
    assert [i.subject for i in folder.all().order_by("subject")[3:6]] == ["Query 03", "Query 04", "Query 05"]
    since = EWSDateTime.now(UTC) - timedelta(minutes=5)
    assert folder.filter(datetime_received__gt=since).count() == 30
    assert folder.filter(datetime_received__lt=since).count() == 0
    assert folder.filter(subject__in=["Query 01", "Query 02"]).count() == 2
    folder.filter(subject__startswith="Query 1").delete()
    assert folder.all().count() == 20
    folder.empty()
    assert folder.all().count() == 0
    folder.delete()


@step
def sending():
    Message(account=ME, subject="Plain send", body="b", to_recipients=[Mailbox(email_address=OTHER)]).send()
    sent = Message(
        account=ME,
        folder=ME.sent,
        subject="Send and save",
        body="text",
        to_recipients=[Mailbox(email_address=OTHER), Mailbox(email_address="far@else.example")],
        cc_recipients=[Mailbox(email_address=USER)],
    )
    sent.send_and_save()
    kept = ME.sent.get(subject="Send and save")
    got = eventually(lambda: first(YOU.inbox.filter(subject="Send and save")))
    assert got.sender.email_address == USER and got.message_id == kept.message_id
    assert not got.is_read and got.conversation_id == kept.conversation_id
    reply = got.create_reply(subject="Re: Send and save", body="answer").save(YOU.drafts)
    draft = YOU.drafts.get(subject="Re: Send and save")
    assert draft.to_recipients[0].email_address == USER
    draft.send()
    back = ME.inbox.get(subject="Re: Send and save")
    assert back.in_reply_to == kept.message_id, (back.in_reply_to, kept.message_id)
    assert back.conversation_id == kept.conversation_id, reply
    got.reply_all(subject="Re all", body="to all")
    assert ME.inbox.filter(subject="Re all").count() == 1
    got.forward(subject="Fw", body="see", to_recipients=[USER])
    assert ME.inbox.filter(subject="Fw").count() == 1
    mime = b"From: %s\r\nTo: %s\r\nSubject: By MIME\r\nMessage-ID: <mime-1@x.example>\r\n\r\nhi\r\n"
    item = Message(folder=ME.drafts, mime_content=mime % (USER.encode(), OTHER.encode()))
    ME.bulk_create(ME.drafts, [item], message_disposition="SaveOnly")
    ME.drafts.get(subject="By MIME").send(save_copy=True, copy_to_folder=ME.sent)
    assert YOU.inbox.get(subject="By MIME").message_id == "<mime-1@x.example>"


@step
def synchronisation():
    folder = Messages(parent=ME.inbox, name="Sync")
    folder.save()
    list(folder.sync_items())
    state = folder.item_sync_state
    item = Message(account=ME, folder=folder, subject="S1", body="b").save()
    other = Message(account=ME, folder=folder, subject="S2", body="b").save()
    kinds = [(kind, getattr(i, "subject", None)) for kind, i in folder.sync_items(sync_state=state)]
    assert kinds == [("create", "S1"), ("create", "S2")], kinds
    state = folder.item_sync_state
    item.is_read = not item.is_read
    item.save(update_fields=["is_read"])
    kinds = [kind for kind, _ in folder.sync_items(sync_state=state)]
    assert kinds == ["read_flag_change"], kinds
    state = folder.item_sync_state
    item.subject = "S1 changed"
    item.save()
    gone = other.id
    other.delete()
    seen = list(folder.sync_items(sync_state=state))
    assert [kind for kind, _ in seen] == ["update", "delete"], seen
    assert seen[1][1].id == gone
    list(ME.root.sync_hierarchy()) if False else None
    list(ME.msg_folder_root.sync_hierarchy()) if hasattr(ME, "msg_folder_root") else None
    folder.delete()


def first(query):
    """The first item of a query, or None."""
    return next(iter(query), None)


def start_of(day, hour):
    return EWSDateTime(2026, 3, day, hour, tzinfo=BERLIN)


@step
def appointments():
    item = CalendarItem(
        account=ME,
        folder=ME.calendar,
        subject="Single",
        body="where",
        start=start_of(10, 9),
        end=start_of(10, 10),
        location="Room 1",
        categories=["Green"],
        legacy_free_busy_status="OOF",
        reminder_minutes_before_start=30,
    )
    item.save(send_meeting_invitations=SEND_TO_NONE)
    day = CalendarItem(
        account=ME,
        folder=ME.calendar,
        subject="Whole day",
        start=EWSDate(2026, 3, 11),
        end=EWSDate(2026, 3, 11),
        is_all_day=True,
    )
    day.save(send_meeting_invitations=SEND_TO_NONE)
    got = ME.calendar.get(subject="Single")
    assert got.start == start_of(10, 9) and got.end == start_of(10, 10)
    assert got.uid and got.type == "Single" and got.legacy_free_busy_status == "OOF"
    assert got.reminder_minutes_before_start == 30 and not got.is_meeting
    whole = ME.calendar.get(subject="Whole day")
    assert whole.is_all_day and whole.start == EWSDate(2026, 3, 11), (whole.start, whole.end)
    view = ME.calendar.view(start=start_of(9, 0), end=start_of(13, 0))
    assert [i.subject for i in view] == ["Single", "Whole day"]
    got.start, got.end = start_of(10, 11), start_of(10, 12)
    got.save(send_meeting_invitations=SEND_TO_NONE)
    assert ME.calendar.get(subject="Single").start == start_of(10, 11)
    got.delete(send_meeting_cancellations=SEND_TO_NONE)
    whole.delete(send_meeting_cancellations=SEND_TO_NONE)


@step
def series():
    master = CalendarItem(
        account=ME,
        folder=ME.calendar,
        subject="Weekly",
        start=start_of(16, 9),
        end=start_of(16, 10),
        recurrence=Recurrence(
            pattern=WeeklyPattern(interval=1, weekdays=["Monday", "Wednesday"]),
            start=EWSDate(2026, 3, 16),
            number=6,
        ),
    )
    master.save(send_meeting_invitations=SEND_TO_NONE)
    master = ME.calendar.get(subject="Weekly")
    assert master.type == "RecurringMaster" and master.is_recurring
    view = list(ME.calendar.view(start=start_of(15, 0), end=EWSDateTime(2026, 4, 30, tzinfo=BERLIN)))
    days = [i.start.astimezone(BERLIN).strftime("%m-%d %H:%M") for i in view]
    # The clocks change on 29 March; nine o'clock stays nine o'clock.
    assert days == ["03-16 09:00", "03-18 09:00", "03-23 09:00", "03-25 09:00", "03-30 09:00", "04-01 09:00"], days
    assert all(i.type == "Occurrence" for i in view)
    second = master.occurrence(index=2)
    second.refresh()
    assert second.start == start_of(18, 9)
    second.subject = "Moved"
    second.start, second.end = start_of(19, 14), start_of(19, 15)
    second.save(update_fields=["subject", "start", "end"], send_meeting_invitations=SEND_TO_NONE)
    third = master.occurrence(index=3)
    third.delete(send_meeting_cancellations=SEND_TO_NONE)
    view = list(ME.calendar.view(start=start_of(15, 0), end=EWSDateTime(2026, 4, 30, tzinfo=BERLIN)))
    days = [i.start.astimezone(BERLIN).strftime("%m-%d %H:%M") for i in view]
    assert days == ["03-16 09:00", "03-19 14:00", "03-25 09:00", "03-30 09:00", "04-01 09:00"], days
    assert view[1].type == "Exception" and view[1].subject == "Moved"
    assert view[1].original_start == start_of(18, 9)
    master.refresh()
    assert [o.start for o in master.modified_occurrences] == [start_of(19, 14)]
    assert [o.start for o in master.deleted_occurrences] == [start_of(23, 9)]
    assert master.first_occurrence.start == start_of(16, 9)
    assert master.last_occurrence.start == EWSDateTime(2026, 4, 1, 9, tzinfo=BERLIN)
    back = view[0].recurring_master()
    back.refresh()
    assert back.id == master.id
    for pattern, wanted in [
        (DailyPattern(interval=3), ["05-01", "05-04", "05-07"]),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=31), ["05-31", "06-30", "07-31"]),
        (RelativeMonthlyPattern(interval=1, weekday="Friday", week_number="Last"), ["05-29", "06-26", "07-31"]),
    ]:
        start = EWSDateTime(2026, 5, 1, 8, tzinfo=BERLIN)
        other = CalendarItem(
            account=ME,
            folder=ME.calendar,
            subject="Pattern",
            start=start,
            end=start + timedelta(hours=1),
            recurrence=Recurrence(pattern=pattern, start=EWSDate(2026, 5, 1), number=3),
        )
        other.save(send_meeting_invitations=SEND_TO_NONE)
        view = ME.calendar.view(start=start - timedelta(days=1), end=start + timedelta(days=200))
        found = [i.start.astimezone(BERLIN).strftime("%m-%d") for i in view if i.subject == "Pattern"]
        assert found == wanted, (pattern, found)
        other.delete(send_meeting_cancellations=SEND_TO_NONE)
    master.delete(send_meeting_cancellations=SEND_TO_NONE)
    assert not ME.calendar.view(start=start_of(15, 0), end=start_of(30, 0)).count()


@step
def meetings():
    meeting = CalendarItem(
        account=ME,
        folder=ME.calendar,
        subject="Kick-off",
        body="agenda",
        start=start_of(20, 9),
        end=start_of(20, 10),
        location="Hall",
        required_attendees=[Attendee(mailbox=Mailbox(email_address=OTHER))],
    )
    meeting.save(send_meeting_invitations=SEND_TO_ALL_AND_SAVE_COPY)
    request = eventually(lambda: first(YOU.inbox.filter(subject="Kick-off")))
    assert isinstance(request, MeetingRequest), request
    assert request.start == start_of(20, 9) and request.organizer.email_address == USER
    tentative = YOU.calendar.get(subject="Kick-off")
    assert tentative.my_response_type == "NoResponseReceived" and tentative.legacy_free_busy_status == "Tentative"
    assert request.associated_calendar_item_id.id == tentative.id
    assert tentative.uid == ME.calendar.get(subject="Kick-off").uid
    request.accept(body="fine")
    accepted = YOU.calendar.get(subject="Kick-off")
    assert accepted.my_response_type == "Accept" and accepted.legacy_free_busy_status == "Busy"
    answer = ME.inbox.get(subject="Accepted: Kick-off")
    assert isinstance(answer, MeetingResponse)
    mine = ME.calendar.get(subject="Kick-off")
    assert mine.is_meeting and mine.meeting_request_was_sent
    assert mine.required_attendees[0].response_type == "Accept"
    mine.start, mine.end = start_of(20, 14), start_of(20, 15)
    mine.save(send_meeting_invitations=SEND_ONLY_TO_ALL)
    moved = YOU.calendar.get(subject="Kick-off")
    assert moved.start == start_of(20, 14) and moved.my_response_type == "NoResponseReceived"
    assert YOU.calendar.filter(subject="Kick-off").count() == 1
    moved.decline(body="no")
    assert ME.inbox.filter(subject="Declined: Kick-off").count() == 1
    mine.refresh()
    assert mine.required_attendees[0].response_type == "Decline"
    mine.save(send_meeting_invitations=SEND_ONLY_TO_ALL, update_fields=["location"])
    mine.cancel(body="off")
    cancelled = YOU.inbox.get(subject="Canceled: Kick-off")
    assert isinstance(cancelled, MeetingCancellation)
    assert not ME.calendar.filter(subject="Kick-off").exists()


@step
def contacts():
    contact = Contact(
        account=ME,
        folder=ME.contacts,
        display_name="Ada Lovelace",
        file_as="Lovelace, Ada",
        given_name="Ada",
        surname="Lovelace",
        company_name="Engines",
        email_addresses=[EmailAddress(label="EmailAddress1", email="ada@else.example")],
        phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+1 555 1")],
        physical_addresses=[PhysicalAddress(label="Business", street="Road 1", city="London", country="UK", zipcode="1")],
        birthday=EWSDate(1815, 12, 10),
    )
    contact.save()
    got = ME.contacts.get(surname="Lovelace")
    assert got.email_addresses[0].email == "ada@else.example"
    assert {p.label: p.phone_number for p in got.phone_numbers if p.phone_number} == {"MobilePhone": "+1 555 1"}
    assert got.physical_addresses[0].city == "London" and got.birthday == EWSDate(1815, 12, 10)
    assert got.display_name == "Ada Lovelace" and got.complete_name.first_name == "Ada"
    got.job_title = "Countess"
    got.email_addresses = [EmailAddress(label="EmailAddress1", email="countess@else.example")]
    got.save()
    fresh = ME.contacts.get(job_title="Countess")
    assert fresh.email_addresses[0].email == "countess@else.example"
    found = ME.protocol.resolve_names(["ada"], return_full_contact_data=False)
    assert found and found[0].email_address == "countess@else.example", found
    group = DistributionList(
        account=ME,
        folder=ME.contacts,
        display_name="Friends",
        members=[Member(mailbox=Mailbox(email_address="ada@else.example"))],
    )
    group.save()
    assert ME.contacts.get(display_name="Friends").members[0].mailbox.email_address == "ada@else.example"
    fresh.delete()
    group.delete()


@step
def tasks():
    task = Task(
        account=ME,
        folder=ME.tasks,
        subject="Call",
        start_date=EWSDate(2026, 3, 1),
        due_date=EWSDate(2026, 3, 5),
        status="InProgress",
        percent_complete=Decimal(50),
    )
    task.save()
    got = ME.tasks.get(subject="Call")
    assert got.due_date == EWSDate(2026, 3, 5) and got.percent_complete == 50 and not got.is_complete
    got.complete()
    done = ME.tasks.get(subject="Call")
    assert done.is_complete and done.status == "Completed" and done.percent_complete == 100 and done.complete_date
    done.delete()


@step
def directory_and_zones():
    names = ME.protocol.resolve_names([USER.split("@")[0]], return_full_contact_data=True)
    assert names[0][0].email_address == USER, names
    members = ME.protocol.expand_dl("team@x.example")
    assert {m.email_address for m in members} == {USER, OTHER}
    zones = {z.id for z in ME.protocol.get_timezones(return_full_timezone_data=True)}
    assert "W. Europe Standard Time" in zones
    free = list(
        ME.protocol.get_free_busy_info(
            accounts=[(YOU, "Organizer", False)],
            start=EWSDateTime(2026, 3, 1, tzinfo=BERLIN),
            end=EWSDateTime(2026, 3, 2, tzinfo=BERLIN),
        )
    )
    assert free[0].view_type, free
    from exchangelib.properties import AlternateId

    source = AlternateId(id=ME.inbox.id, format="EwsId", mailbox=USER)
    ids = list(ME.protocol.convert_ids([source], destination_format="HexEntryId"))
    assert ids and ids[0].id != ME.inbox.id
    back = list(ME.protocol.convert_ids([ids[0]], destination_format="EwsId"))
    assert back[0].id == ME.inbox.id


@step
def pulled_events():
    with ME.inbox.pull_subscription() as (subscription_id, watermark):
        Message(account=ME, folder=ME.inbox, subject="Pulled", body="b").save()
        events = [e for n in ME.inbox.get_events(subscription_id, watermark) for e in n.events]
        assert any(isinstance(e, CreatedEvent) for e in events), events


@step
def streamed_events():
    with ME.inbox.streaming_subscription() as subscription_id:
        sender = threading.Timer(
            0.5,
            lambda: Message(
                account=YOU, subject="Streamed", body="b", to_recipients=[Mailbox(email_address=USER)]
            ).send(),
        )
        sender.start()
        kinds = []
        for notification in ME.inbox.get_streaming_events(
            subscription_id, connection_timeout=1, max_notifications_returned=1
        ):
            kinds.extend(type(e) for e in notification.events)
        sender.join()
        assert NewMailEvent in kinds or CreatedEvent in kinds, kinds


@step
def impersonation():
    config = Configuration(
        service_endpoint=URL, credentials=Credentials("service@x.example", "secret-s"), auth_type="basic"
    )
    acting = Account(OTHER, config=config, autodiscover=False, access_type=IMPERSONATION)
    assert acting.inbox.id == YOU.inbox.id


@step
def ntlm():
    config = Configuration(
        service_endpoint=URL, credentials=Credentials("X\\" + USER.split("@")[0], PASSWORD), auth_type="NTLM"
    )
    mine = Account(USER, config=config, autodiscover=False, access_type=DELEGATE)
    assert mine.inbox.id == ME.inbox.id


failed = False
wanted = sys.argv[6:]
for work in STEPS:
    if wanted and work.__name__ not in wanted:
        continue
    try:
        work()
        print(json.dumps({"name": work.__name__, "ok": True}), flush=True)
    except BaseException:
        failed = True
        print(json.dumps({"name": work.__name__, "ok": False, "error": traceback.format_exc()}), flush=True)
sys.exit(1 if failed else 0)
