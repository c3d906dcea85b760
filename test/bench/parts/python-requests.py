# What one writes in Python: requests with one session, blocks of 1 MiB, one file after the other. Told the job as JSON.
import hashlib
import json
import sys

import requests

BLOCK = 1024 * 1024


class Hashed:
    """The body of a PUT: has a length, so that requests does not send it in chunks, and hashes what goes by."""

    def __init__(self, answer, size):
        self.answer, self.size, self.md5 = answer, size, hashlib.md5()

    def __len__(self):
        return self.size

    def __iter__(self):
        for block in self.answer.iter_content(BLOCK):
            self.md5.update(block)
            yield block


job = json.loads(sys.argv[1])
session = requests.Session()
for number in range(1, job["files"] + 1):
    name = f"/f{number}"
    with session.get(job["source"] + name, stream=True) as source:
        source.raise_for_status()
        body = Hashed(source, job["size"])
        headers = {"Authorization": "Bearer " + job["token"]}
        answer = session.put(job["target"] + name, data=body, headers=headers)
        answer.raise_for_status()
        if body.md5.hexdigest() != job["md5"] or answer.json()["checksum"] != "md5:" + job["md5"]:
            sys.exit(f"{name}: read {body.md5.hexdigest()}, stored {answer.json()}")
