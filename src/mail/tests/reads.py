# Reads mails as Python's library understands them, and checks their signatures with dkimpy.
# Standard input: a list of {raw: base64, record: text or null}. Standard output: what was found, in the same order.
import base64, email, email.policy, json, sys

answers = []
for question in json.load(sys.stdin):
    raw = base64.b64decode(question["raw"])
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(mail.iter_parts())
    answer = {
        "defects": [str(defect) for part in mail.walk() for defect in part.defects]
        + [f"{name}: {defect}" for name, value in mail.items() for defect in value.defects],
        "subject": mail["Subject"],
        "from": [(a.display_name, a.addr_spec) for a in mail["From"].addresses],
        "to": [(a.display_name, a.addr_spec) for a in mail["To"].addresses],
        "date": mail["Date"].datetime.timestamp(),
        "id": mail["Message-ID"],
        "type": mail.get_content_type(),
        "types": [part.get_content_type() for part in parts],
        "charsets": [part.get_content_charset() for part in parts],
        "bodies": [part.get_content().replace("\r\n", "\n") for part in parts],
        "names": sorted(mail.keys()),
        "longest": max(len(line) for line in raw.split(b"\r\n")),
        "ascii": raw.isascii(),
    }
    if question["record"]:
        import dkim

        answer["signed"] = dkim.verify(raw, dnsfunc=lambda name, timeout=5: question["record"].encode())
    answers.append(answer)
json.dump(answers, sys.stdout)
