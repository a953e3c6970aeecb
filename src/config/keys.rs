//! Every key of the configuration, once: what `innkeeper init` writes and the environment may set.

/// One key, as `innkeeper init` explains it.
pub struct Key {
    /// `name`, or `section.name`.
    pub path: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// The value to show in the commented file.
    pub example: &'static str,
}

/// Every key, in the order of the file.
pub const KEYS: &[Key] = &[
    Key { path: "bind", doc: "Where the server listens.", example: "\"127.0.0.1:8080\"" },
    Key {
        path: "public_url",
        doc: "The address that links in mail begin with. Default: http:// and `bind`.",
        example: "\"https://my.host.example\"",
    },
    Key {
        path: "database_url",
        doc: "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME. Default: innkeeper.db in this folder.",
        example: "\"postgres://innkeeper@localhost/innkeeper\"",
    },
    Key {
        path: "smtp_url",
        doc: "The mail server: smtp://HOST:25, smtp://USER:PASSWORD@HOST:587?tls=required or smtps://USER:PASSWORD@HOST:465.\nWithout one no mail leaves: it is kept for /dev/mailbox, which needs no log-in.",
        example: "\"smtp://localhost:25\"",
    },
    Key {
        path: "relays",
        doc: "More mail servers, after `smtp_url` if that is set, too: tried in this order. One that is away rests for a while, and\ncomes back by itself. `per_second` and `per_minute` limit a server, `from_domains` names the senders' domains that it\ntakes. May also be written as tables [[relays]] at the end of this file.",
        example: "[{ name = \"second\", url = \"smtp://mail2.host.example:25\", per_second = 20, per_minute = 600, from_domains = [\"host.example\"] }]",
    },
    Key { path: "mail_from", doc: "The address that mail comes from.", example: "\"no-reply@host.example\"" },
    Key {
        path: "mail_redirect_to",
        doc: "All mail goes here instead of to its recipient: for staging.",
        example: "\"me@host.example\"",
    },
    Key {
        path: "time_zone",
        doc: "The time zone of the house: dates in mail are in it for readers of whom no zone is known, such as guests, copied addresses\nand staff. Users have their own; contacts and the account's own address have that of its owner. Default: UTC.",
        example: "\"Europe/Berlin\"",
    },
    Key {
        path: "dev_mailbox",
        doc: "Shows /dev/mailbox (every mail, no log-in!) although the server listens on more than loopback.",
        example: "false",
    },
    Key {
        path: "trusted_proxies",
        doc: "Networks of reverse proxies whose X-Forwarded-For is believed.",
        example: "[\"127.0.0.1/32\"]",
    },
    Key {
        path: "secret_key",
        doc: "Seals second factors and links that wait for their mail. Default: secret.key in this folder, made at the first start.\nSeveral nodes need the same key.",
        example: "\"…\"",
    },
    Key {
        path: "log",
        doc: "What is logged: error, warn, info, debug, or a filter such as \"info,innkeeper=debug\".",
        example: "\"info\"",
    },
    Key { path: "log_format", doc: "\"text\" for people, \"json\" for machines.", example: "\"text\"" },
    Key {
        path: "brand.name",
        doc: "The host's name, on every page and in every mail.",
        example: "\"Example Hosting\"",
    },
    Key {
        path: "brand.logo_url",
        doc: "Address of a logo; the name stands there if empty.",
        example: "\"https://host.example/logo.svg\"",
    },
    Key {
        path: "brand.accent",
        doc: "The one accent colour, on light pages; with white text on it, it must stay readable.",
        example: "\"#1d6f5f\"",
    },
    Key { path: "brand.accent_dark", doc: "The accent colour on dark pages.", example: "\"#5cc4ae\"" },
    Key {
        path: "brand.footer",
        doc: "Last line of every mail, such as your postal address.",
        example: "\"Example Hosting Ltd., 1 Harbour Street\"",
    },
    Key {
        path: "invites.valid_days",
        doc: "Days for which an invite is valid; a hook may change it for each.",
        example: "7",
    },
    Key {
        path: "invites.allow_any_address",
        doc: "Lets anybody who has the link accept, whatever their address. Otherwise the account's owner must agree.",
        example: "false",
    },
    Key {
        path: "mail.per_address_per_hour",
        doc: "Mails of one account that an address gets within an hour; the rest waits for the next. Security mail always goes. 0: no limit.",
        example: "60",
    },
    Key {
        path: "mail.per_ticket_per_minute",
        doc: "Mails about one ticket that one address gets within a minute; what is over comes as one mail when the minute ends. 0: no limit.",
        example: "3",
    },
    Key {
        path: "mail.new_addresses_per_hour",
        doc: "Addresses that an account or a user may name within an hour to which the account never wrote before: copies on tickets,\ncontacts, invites, its own. 0: no limit.",
        example: "20",
    },
    Key {
        path: "mail.connect_seconds",
        doc: "Seconds to wait for a mail server's line, its encryption and the log-in.",
        example: "20",
    },
    Key {
        path: "mail.ready_seconds",
        doc: "Seconds to wait until a mail server is ready for a message.",
        example: "60",
    },
    Key {
        path: "mail.answer_seconds",
        doc: "Seconds to wait for a mail server's answer to a message. After that nobody knows whether it was taken: it is sent\nagain with the same Message-ID, and marked so.",
        example: "180",
    },
    Key {
        path: "tickets.reopen_days",
        doc: "Days for which a customer may open a closed ticket again, by its button or by a reply. 0: never.",
        example: "14",
    },
    Key { path: "attachments.size_mb", doc: "How large a file may be, in megabytes.", example: "10" },
    Key { path: "attachments.count", doc: "How many files may come with one message.", example: "10" },
    Key {
        path: "attachments.types",
        doc: "Which endings are allowed. What is none of the usual ones is only ever offered as a download.",
        example: "[\"png\", \"jpg\", \"pdf\", \"txt\", \"zip\"]",
    },
    Key {
        path: "intake.size_mb",
        doc: "How large one mail that comes in may be, in megabytes.",
        example: "32",
    },
    Key {
        path: "intake.per_sender_per_hour",
        doc: "Mails that one sender may send within an hour; the rest is rejected, and kept.",
        example: "20",
    },
    Key {
        path: "intake.per_ticket_per_hour",
        doc: "Mails that one ticket may get within an hour; the rest is rejected, and kept.",
        example: "60",
    },
    Key {
        path: "intake.reply_addresses",
        doc: "Answers to tickets go to support+TOKEN@…, which says whose they are. Say false if your mail server\nknows no plus addresses: then Message-IDs and subjects must do.",
        example: "true",
    },
    Key {
        path: "intake.lists",
        doc: "Mailing lists, by their List-Id, whose mail opens tickets as if it had come without the list: such as a group of a\nprovider's that passes on what comes to an address of yours. Mail of other lists is rejected, and kept.",
        example: "[\"support.lists.host.example\"]",
    },
    Key {
        path: "intake.authserv_id",
        doc: "The name under which your mail server writes Authentication-Results. Where it says that a mail passed DMARC, those whom\na customer copies are copied. The server must take such headers with its name off what comes from outside.",
        example: "\"mx.host.example\"",
    },
    Key {
        path: "intake.rejected_mb",
        doc: "Megabytes of rejected mail that are kept whole within a day; of what comes beyond that, 64 KB of each.",
        example: "1024",
    },
    Key {
        path: "intake.keep_days",
        doc: "Days for which mail is kept as it came in, rejected mail among it.",
        example: "90",
    },
    Key {
        path: "intake.key",
        doc: "The number of the key that `innkeeper mail intake-key` prints. Another number is another key, and the old one is dead.",
        example: "1",
    },
    Key {
        path: "dkim.domain",
        doc: "The domain that signs mail (DKIM), usually that of `mail_from`. `innkeeper mail dkim` makes the key and says what to\nenter in the DNS. Without a domain nothing is signed.",
        example: "\"host.example\"",
    },
    Key {
        path: "dkim.selector",
        doc: "The key's name in the DNS: SELECTOR._domainkey.DOMAIN. A new key needs a new one.",
        example: "\"innkeeper\"",
    },
    Key {
        path: "dkim.key_file",
        doc: "The private key, in this folder unless the path is absolute: RSA as PEM, or Ed25519 as 32 bytes in base64.",
        example: "\"dkim.key\"",
    },
    Key {
        path: "retention.events_days",
        doc: "Days for which events are kept: the audit log.",
        example: "400",
    },
    Key { path: "retention.mails_days", doc: "Days for which sent mail is kept.", example: "400" },
    Key {
        path: "retention.traces_days",
        doc: "Days for which traces of hook runs are kept that went well.",
        example: "60",
    },
    Key {
        path: "retention.failures_days",
        doc: "Days for which traces of hook runs are kept that failed.",
        example: "180",
    },
    Key {
        path: "retention.traces_most",
        doc: "How many traces are kept at most: so many that went well, and so many that failed.",
        example: "500000",
    },
    Key {
        path: "outgoing.allow",
        doc: "Hosts that hooks may call: nothing else can be reached. By https; another port, or http, with its port.",
        example: "[\"crm.example.com\", \"*.hooks.example.com\", \"127.0.0.1:9000\"]",
    },
    Key {
        path: "outgoing.private",
        doc: "Private addresses and networks that names in `allow` may resolve to. An address that itself stands in `allow`\nneeds no entry here.",
        example: "[\"10.0.0.5\", \"192.168.0.0/16\"]",
    },
    Key {
        path: "outgoing.webhook_secret",
        doc: "Signs web-hooks (Standard Webhooks): whsec_ and base64 of 24 to 64 random bytes.\nDefault: one made from the secret key; `innkeeper outgoing secret` shows it.",
        example: "\"whsec_…\"",
    },
    Key {
        path: "outgoing.webhook_secret_previous",
        doc: "The secret of before: web-hooks carry both signatures until all receivers know the new one.",
        example: "\"whsec_…\"",
    },
];
