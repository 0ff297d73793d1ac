#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds every type of record, in every format of `vaktpost convert`, against the format's schema in schemas/."""
import base64
import datetime
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCHEMAS = Path(__file__).parent / "schemas"
SKIPPED = 77


class Ocsf:
    """Events against OCSF's classes and objects."""
    SCALARS = {"boolean": bool, "file_hash": str, "hostname": str, "integer": int, "long": int, "string": str,
               "timestamp": int, "username": str}

    def __init__(self):
        self.schema = json.loads((SCHEMAS / "ocsf.json").read_text())

    def problems(self, event):
        described = self.schema["classes"].get(str(event.get("class_uid")))
        if described is None:
            return [f"class {event.get('class_uid')} is not described"]
        attributes = {**self.schema["every_class"], **described["attributes"]}
        profiles = set(event["metadata"].get("profiles", []))
        found = self.attribute_problems(event, attributes, profiles, "")
        found += self.missing_one(event, described, "event")
        found += self.classification_problems(event, described)
        for key, captions in self.schema["enums"].items():
            found += self.enum_problems(event, key, captions)
        return found

    def attribute_problems(self, value, attributes, profiles, path):
        found = [f"{path}{key} is missing" for key, form in attributes.items()
                 if "required" in form.split() and key not in value]
        for key, each in value.items():
            kind, *flags = attributes.get(key, "none").split()
            needed = [flag.removeprefix("profile:") for flag in flags if flag.startswith("profile:")]
            if kind == "none":
                found.append(f"{path}{key} is unknown")
            elif needed and needed[0] not in profiles:
                found.append(f"{path}{key} takes the profile {needed[0]}")
            else:
                found += self.value_problems(each, kind, profiles, path + key)
        return found

    def value_problems(self, value, kind, profiles, path):
        if kind.endswith("[]"):
            if not isinstance(value, list):
                return [f"{path} is no list"]
            return [problem for each in value for problem in self.value_problems(each, kind[:-2], profiles, path)]
        if kind in self.SCALARS:
            return [] if type(value) is self.SCALARS[kind] else [f"{path} is no {kind}"]
        if kind == "object":
            return [] if isinstance(value, dict) else [f"{path} is no object"]
        described = self.schema["objects"].get(kind)
        if described is None:
            return [f"{path}: the object {kind} is not described"]
        found = self.attribute_problems(value, described["attributes"], profiles, path + ".")
        for key, captions in described.get("enums", {}).items():
            found += self.enum_problems(value, key, captions)
        return found + self.missing_one(value, described, path)

    @staticmethod
    def missing_one(value, described, path):
        wanted = described.get("at_least_one", [])
        return [] if not wanted or set(wanted) & set(value) else [f"{path} takes one of {wanted}"]

    @staticmethod
    def enum_problems(value, key, captions):
        """A number is one of the list's; its name is the list's, and the source's own where it is 99."""
        if key not in value:
            return []
        caption, name = captions.get(str(value[key])), value.get(key.removesuffix("_id"))
        if caption is None:
            return [f"{key} {value[key]} is none"]
        if value[key] == 99:
            return [] if name else [f"{key} is 99 without a name"]
        return [] if name in (None, caption) else [f"{key} {value[key]} is {caption}, not {name}"]

    def classification_problems(self, event, described):
        activity = str(event["activity_id"])
        caption = described["activities"].get(activity)
        found = self.enum_problems(event, "status_id", described["status"])
        if caption is None:
            found.append(f"activity {activity} is none")
        elif activity != "99" and event["activity_name"] != caption:
            found.append(f"activity {activity} is {caption}, not {event['activity_name']}")
        if event["class_name"] != described["name"] or event["category_name"] != described["category"]:
            found.append(f"is called {event['category_name']}, {event['class_name']}")
        if event["category_uid"] != event["class_uid"] // 1000:
            found.append("category and class do not agree")
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            found.append("type and activity do not agree")
        if event["metadata"]["version"] != self.schema["version"]:
            found.append("names another version")
        return found


class Ecs:
    """Documents against ECS's fields and categories; what is under `vaktpost` is ours."""

    def __init__(self):
        self.schema = json.loads((SCHEMAS / "ecs.json").read_text())

    def problems(self, document):
        found = []
        for field, value in self.fields(document):
            kind = self.schema["fields"].get(field)
            if kind is None:
                found.append(f"{field} is unknown")
            elif isinstance(value, list) != kind.endswith("[]") and field != "tags":
                found.append(f"{field} is no {kind}")
            elif type(value) is not (int if kind == "long" else list if isinstance(value, list) else str):
                found.append(f"{field} is no {kind}")
        return found + self.category_problems(document["event"]) + self.version_problems(document)

    def fields(self, value, path=""):
        for key, each in value.items():
            if not path and key == "vaktpost":
                continue
            if isinstance(each, dict):
                yield from self.fields(each, f"{path}{key}.")
            else:
                yield path + key, each

    def category_problems(self, event):
        found = [f"event.{key} {event[key]} is none" for key in ("kind", "outcome")
                 if event[key] not in self.schema["allowed"][f"event.{key}"]]
        categories = self.schema["categories"]
        found += [f"event.category {each} is none" for each in event["category"] if each not in categories]
        expected = {kind for each in event["category"] for kind in categories.get(each, [])}
        found += [f"event.type {each} is not expected with {event['category']}" for each in event["type"]
                  if each not in expected or each not in self.schema["allowed"]["event.type"]]
        return found

    def version_problems(self, document):
        return [] if document["ecs"]["version"] == self.schema["version"] else ["names another version"]


def cef_fields(line):
    """The seven fields and the extension's pairs of a CEF line, unescaped; None where it is none."""
    header = re.match(r"CEF:0\|" + r"((?:[^|\\]|\\[|\\])+)\|" * 6, line)
    if header is None:
        return None
    fields = [re.sub(r"\\([|\\])", r"\1", field) for field in header.groups()]
    pairs, rest = {}, line[header.end():]
    while rest:
        # A value goes on until a blank and the next key, since an equals sign in it is escaped.
        pair = re.match(r"([A-Za-z0-9]+)=((?:[^=\\]|\\[=\\nr])*?)(?: (?=[A-Za-z0-9]+=)|$)", rest)
        if pair is None or pair[1] in pairs:
            return None
        pairs[pair[1]] = re.sub(r"\\(.)", lambda each: {"n": "\n", "r": "\r"}.get(each[1], each[1]), pair[2])
        rest = rest[pair.end():]
    return fields, pairs


class Cef:
    def __init__(self):
        self.keys = json.loads((SCHEMAS / "cef.json").read_text())["keys"]

    def problems(self, line):
        parsed = cef_fields(line)
        if parsed is None:
            return ["is no CEF line"]
        fields, pairs = parsed
        found = [] if re.fullmatch("[0-9]|10", fields[5]) else [f"severity {fields[5]}"]
        for key, value in pairs.items():
            kind, longest = self.keys.get(key, ("none", 0))
            if kind == "none":
                found.append(f"{key} is unknown")
            elif len(value) > longest:
                found.append(f"{key} is longer than {longest}")
            elif kind == "milliseconds" and not value.isdigit():
                found.append(f"{key} is no time")
        found += [f"{key} has no label" for key in pairs
                  if re.fullmatch("cs[1-6]", key) and key + "Label" not in pairs]
        return found


def atna_problems(lines):
    """What xmllint says of the messages, each a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for number, line in enumerate(lines):
            names.append(Path(folder) / f"{number}.xml")
            names[-1].write_text(line, encoding="utf-8")
        result = subprocess.run(["xmllint", "--noout", "--nonet", "--relaxng", SCHEMAS / "atna.rng", *names],
                                capture_output=True, text=True)
    wrong = [line for line in result.stderr.splitlines() if not line.endswith(" validates")]
    return wrong or ([] if result.returncode == 0 else ["xmllint failed"])


def atna_record(line):
    """The record inside, and the workstation's own word for its place."""
    encoded = re.search(r'<ParticipantObjectDetail type="record" value="([^"]*)"/>', line)[1]
    return base64.b64decode(encoded, validate=True).decode()


class Checks:
    def __init__(self, command, samples):
        self.command = command
        self.records = subprocess.run([samples], check=True, capture_output=True).stdout.decode().split("\n")[:-1]
        self.failures = 0

    def report(self, what, problems):
        for problem in problems:
            self.failures += 1
            print(f"{what}: {problem}")

    def convert(self, *options):
        text = "".join(line + "\n" for line in self.records)
        result = subprocess.run([self.command, "convert", *options], input=text.encode(), capture_output=True)
        lines = result.stdout.decode().split("\n")[:-1]
        self.report(options, [] if result.returncode == 0 else [f"exit status {result.returncode}"])
        self.report(options, [] if len(lines) == len(self.records) else [f"{len(lines)} lines"])
        return lines

    def each(self, form, lines, problems_of, record_of):
        """Every line is right, and the record comes out of it as it went in, so that the chain can be verified."""
        for record, line in zip(self.records, lines):
            name = f"{form} {json.loads(record)['type']}"
            self.report(name, problems_of(line))
            self.report(name, [] if record_of(line) == record else ["the record is not kept"])

    def json_formats(self):
        ocsf, ecs = Ocsf(), Ecs()
        lines = self.convert("--to", "ocsf")
        self.each("ocsf", lines, lambda line: ocsf.problems(json.loads(line)),
                  lambda line: json.loads(line)["raw_data"])
        for line in lines:
            event = json.loads(line)
            digest = hashlib.sha256(event["raw_data"].encode()).hexdigest()
            time = datetime.datetime.fromisoformat(json.loads(event["raw_data"])["time"].replace("Z", "+00:00"))
            self.report("ocsf", [] if event["raw_data_hash"]["value"] == digest else ["another hash"])
            self.report("ocsf", [] if event["time"] == round(time.timestamp() * 1000) else ["another time"])
        self.each("ecs", self.convert("--to", "ecs"), lambda line: ecs.problems(json.loads(line)),
                  lambda line: json.loads(line)["event"]["original"])

    def cef(self):
        schema = Cef()
        self.each("cef", self.convert("--to", "cef"), schema.problems,
                  lambda line: (cef_fields(line) or ((), {}))[1].get("VaktpostAgentRecord"))

    def atna(self):
        lines = self.convert("--to", "atna")
        self.each("atna", lines, lambda line: [], atna_record)
        self.report("atna", atna_problems(lines))
        header = r"<8[45]>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ward-pc-7 vaktpost - IHE\+RFC-3881 - "
        for plain, message in zip(lines, self.convert("--to", "atna", "--syslog")):
            match = re.match(header, message)
            self.report("atna", [] if match and message[match.end():] == plain else ["the syslog message is wrong"])

    def refusals(self):
        """The checks themselves find what is wrong."""
        event = json.loads(self.convert("--to", "ocsf")[0])
        document = json.loads(self.convert("--to", "ecs")[0])
        line = self.convert("--to", "cef")[0]
        message = self.convert("--to", "atna")[0]
        wrong = {
            "an unknown attribute": Ocsf().problems({**event, "card": "x"}),
            "a missing attribute": Ocsf().problems({key: each for key, each in event.items() if key != "time"}),
            "another type": Ocsf().problems({**event, "type_uid": 1}),
            "another severity": Ocsf().problems({**event, "severity": "Fatal"}),
            "an unknown field": Ecs().problems({**document, "card": "x"}),
            "an unknown category": Ecs().problems({**document, "event": {**document["event"], "category": ["x"]}}),
            "an unexpected type": Ecs().problems({**document, "event": {**document["event"], "type": ["group"]}}),
            "a pipe too many": Cef().problems(line.replace("CEF:0|", "CEF:0||")),
            "an equals sign": Cef().problems(line.replace("msg=", "msg=a=")),
            "an unknown key": Cef().problems(line.replace("msg=", "message=")),
            "no XML": atna_problems([message.replace("</AuditMessage>", "")]),
            "another outcome": atna_problems([message.replace('Indicator="', 'Indicator="1')]),
            "no participant": atna_problems([re.sub("<ActiveParticipant.*</ActiveParticipant>", "", message)]),
        }
        self.report("accepted although wrong", [what for what, problems in wrong.items() if not problems])


def main(command, samples):
    if shutil.which("xmllint") is None:
        print("skipped: libxml2-utils is not installed")
        return SKIPPED
    checks = Checks(command, samples)
    checks.json_formats()
    checks.cef()
    checks.atna()
    checks.refusals()
    print(f"{len(checks.records)} records in four formats, {checks.failures} failures")
    return 1 if checks.failures or not checks.records else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
