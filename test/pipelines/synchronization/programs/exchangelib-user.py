"""A user's hands in Exchange, by exchangelib. Arguments: URL of EWS, user, password, `write` or `read`.

`write` makes tracked and private items; `read` prints calendar, contacts and tasks as one JSON object.
"""

import json
import sys
from datetime import timedelta

from exchangelib import (
    DELEGATE,
    Account,
    Build,
    CalendarItem,
    Configuration,
    Contact,
    Credentials,
    EWSDate,
    EWSDateTime,
    EWSTimeZone,
    NoVerifyHTTPAdapter,
    Task,
    Version,
)
from exchangelib.indexed_properties import EmailAddress, PhoneNumber
from exchangelib.protocol import BaseProtocol
from exchangelib.recurrence import Recurrence, WeeklyPattern

URL, USER, PASSWORD, DEED = sys.argv[1:5]
TRACKED = ["Tracked to Dynamics 365"]
BERLIN = EWSTimeZone("Europe/Berlin")


def open_account():
    BaseProtocol.HTTP_ADAPTER_CLS = NoVerifyHTTPAdapter
    config = Configuration(
        service_endpoint=URL,
        credentials=Credentials(USER, PASSWORD),
        auth_type="basic",
        version=Version(build=Build(15, 2, 1118, 7)),
    )
    return Account(
        primary_smtp_address=USER,
        config=config,
        autodiscover=False,
        access_type=DELEGATE,
        default_timezone=BERLIN,
    )


def write(account):
    start = EWSDateTime(2026, 3, 30, 9, 0, tzinfo=BERLIN)
    calendar = account.calendar
    CalendarItem(folder=calendar, subject="Private", start=start, end=start + timedelta(hours=1)).save()
    CalendarItem(
        folder=calendar,
        subject="From exchangelib",
        location="Hall",
        body="Agenda",
        start=start,
        end=start + timedelta(hours=1),
        categories=TRACKED,
    ).save()
    CalendarItem(
        folder=calendar,
        subject="Whole day",
        is_all_day=True,
        start=EWSDate(2026, 3, 29),
        end=EWSDate(2026, 3, 29),
        categories=TRACKED,
    ).save()
    series = CalendarItem(
        folder=calendar,
        subject="Series",
        start=EWSDateTime(2026, 3, 23, 9, 0, tzinfo=BERLIN),
        end=EWSDateTime(2026, 3, 23, 9, 30, tzinfo=BERLIN),
        recurrence=Recurrence(
            pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=EWSDate(2026, 3, 23), number=4
        ),
        categories=TRACKED,
    ).save()
    changed = series.occurrence(index=2)
    changed.location = "Roof"
    changed.save(update_fields=["location"])
    series.occurrence(index=3).delete()
    Contact(
        folder=account.contacts,
        given_name="Ada",
        surname="Lovelace",
        display_name="Ada Lovelace",
        email_addresses=[EmailAddress(label="EmailAddress1", email="ada@else.example")],
        phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+1 555")],
        categories=TRACKED,
    ).save()
    Task(folder=account.tasks, subject="Call", due_date=EWSDate(2026, 4, 1), categories=TRACKED).save()


def read(account):
    found = {"calendar": [], "contacts": [], "tasks": []}
    for item in account.calendar.all():
        entry = {"subject": item.subject, "location": item.location}
        if item.is_all_day:
            entry["day"] = str(item.start)
        else:
            entry["start"] = item.start.astimezone(EWSTimeZone("UTC")).strftime("%Y-%m-%dT%H:%MZ")
        if item.recurrence is not None:
            entry["count"] = item.recurrence.boundary.number
            entry["deleted"] = len(item.deleted_occurrences or [])
            entry["changed"] = len(item.modified_occurrences or [])
        found["calendar"].append(entry)
    for contact in account.contacts.all():
        found["contacts"].append({"name": contact.display_name, "job": contact.job_title})
    for task in account.tasks.all():
        found["tasks"].append({"subject": task.subject, "due": str(task.due_date)})
    print(json.dumps(found))


write(open_account()) if DEED == "write" else read(open_account())
