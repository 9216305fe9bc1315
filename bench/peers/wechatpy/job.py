"""Peer (d): the job of the bench with wechatpy, under gunicorn (wsgi.py) and uvicorn (asgi.py).

One process has one connection to SQLite for each of its threads; a statement is a commit, on disk before it returns.
"""

import json
import os
import sqlite3
import threading
import time
import unicodedata

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature

TIMESTAMP_MAY_BE_OFF_S = 300

# A retry finds its row and gets the answer that is there.
KEEP = """INSERT INTO events (message_key, openid, payload, received_at, reply) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (message_key) DO UPDATE SET message_key = message_key RETURNING reply"""

TABLE = """CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY,
    message_key TEXT NOT NULL UNIQUE,
    openid TEXT NOT NULL,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    reply TEXT NOT NULL
) STRICT"""

TOKEN = os.environ["WECHAT_TOKEN"]
CRYPTO = (
    WeChatCrypto(TOKEN, os.environ["WECHAT_AES_KEY"], os.environ["WECHAT_APP_ID"])
    if os.environ["WECHAT_MODE"] == "safe"
    else None
)


def normal(text):
    return unicodedata.normalize("NFKC", text).lower().strip()


RULES = json.loads(os.environ["RULES"])
EXACT = {normal(rule["exact"]): rule["reply"] for rule in RULES if "exact" in rule}
CONTAINS = [(normal(rule["contains"]), rule["reply"]) for rule in RULES if "contains" in rule]

_local = threading.local()


def _database():
    if not hasattr(_local, "database"):
        database = sqlite3.connect(os.environ["DATABASE"], timeout=30, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute(TABLE)
        _local.database = database
    return _local.database


def _match(text):
    text = normal(text)
    if text in EXACT:
        return EXACT[text]
    return next((reply for part, reply in CONTAINS if part in text), "")


def answer(query, body):
    """The status and body of the answer to a callback. `query` gives the first value of a name, or ''."""
    timestamp, nonce = query("timestamp"), query("nonce")
    now = time.time()
    try:
        check_signature(TOKEN, query("signature"), timestamp, nonce)
        if abs(now - float(timestamp)) > TIMESTAMP_MAY_BE_OFF_S:
            return 401, b""
        if CRYPTO is not None:
            body = CRYPTO.decrypt_message(body, query("msg_signature"), timestamp, nonce)
    except (InvalidSignatureException, InvalidAppIdException, ValueError):
        return 401, b""
    message = parse_message(body)
    reply = _match(message.content) if message.type == "text" else ""
    key = str(message.id) if message.id else f"{message.source}/{message._data['CreateTime']}"
    event = (key, message.source, json.dumps(message._data, ensure_ascii=False), int(now * 1000), reply)
    (kept,) = _database().execute(KEEP, event).fetchone()
    if kept == "":
        return 200, b"success"
    document = TextReply(content=kept, message=message).render()
    if CRYPTO is not None:
        document = CRYPTO.encrypt_message(document, nonce, timestamp)
    return 200, document.encode()
