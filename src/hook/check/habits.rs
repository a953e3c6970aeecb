//! What people write who come from another language or another panel, and what to write here.

/// Functions and fields of other languages, and the mend.
const HABITS: &[(&str, &str)] = &[
    ("length", "write .len()"),
    ("size", "write .len()"),
    ("count", "write .len(), or .filter(…).len()"),
    ("strlen", "write text.len()"),
    ("includes", "write .contains(…), or `word in list`"),
    ("has", "write .contains(…), or `key in map`"),
    ("in_array", "write `word in list`"),
    ("indexOf", "write .index_of(…), or `word in list`"),
    ("toLowerCase", "write .to_lower()"),
    ("toUpperCase", "write .to_upper()"),
    ("strtolower", "write text.to_lower()"),
    ("strtoupper", "write text.to_upper()"),
    ("lower", "write .to_lower()"),
    ("upper", "write .to_upper()"),
    ("downcase", "write .to_lower()"),
    ("startsWith", "write .starts_with(…)"),
    ("startswith", "write .starts_with(…)"),
    ("endsWith", "write .ends_with(…)"),
    ("endswith", "write .ends_with(…)"),
    ("str_contains", "write text.contains(…)"),
    ("strpos", "write text.contains(…), or text.index_of(…)"),
    ("str_replace", "write text.replace(find, put)"),
    ("substr", "write .sub_string(start, count)"),
    ("substring", "write .sub_string(start, count)"),
    ("slice", "write list.extract(start, count), or text.sub_string(start, count)"),
    ("explode", "write text.split(\",\")"),
    ("implode", "write list.join(\", \")"),
    ("forEach", "write for one in list { … }"),
    ("each", "write for one in list { … }"),
    ("any", "write .some(|one| …)"),
    ("every", "write .all(|one| …)"),
    ("append", "write list.push(…)"),
    ("add", "write list.push(…)"),
    ("concat", "write one + other"),
    ("isset", "absent texts are empty, absent objects have .exists"),
    ("empty", "write .is_empty()"),
    ("isEmpty", "write .is_empty()"),
    ("is_null", "nothing is null here: absent texts are empty, absent objects have .exists"),
    ("parseInt", "write text.parse_int()"),
    ("intval", "write text.parse_int()"),
    ("toString", "write .to_string()"),
    ("str", "write value.to_string()"),
    ("echo", "write log(…)"),
    ("printf", "write log(`…`)"),
    ("sprintf", "write a text between backticks: `Hello ${name}`"),
    ("format", "write a text between backticks: `Hello ${name}`"),
    ("logActivity", "write log(…)"),
    ("sendMessage", "write email(#{ template: …, to: … })"),
    ("mail", "write email(#{ template: …, to: … })"),
    ("send_email", "write email(#{ template: …, to: … })"),
    ("send_mail", "write email(#{ template: …, to: … })"),
    ("sendMail", "write email(#{ template: …, to: … })"),
    ("fetch", "write webhook(#{ url: …, body: … })"),
    ("http_post", "write webhook(#{ url: …, body: … })"),
    ("curl", "write webhook(#{ url: …, body: … })"),
    ("config", "write setting(\"name\")"),
    ("get_setting", "write setting(\"name\")"),
    ("now", "the only clock is event.at, or draft.at in a `before` hook"),
    ("time", "the only clock is event.at, or draft.at in a `before` hook"),
    ("date", "the only clock is event.at; its day is event.at.date"),
    ("timestamp", "the only clock is event.at, or draft.at in a `before` hook"),
    ("seconds", "write minutes(…), hours(…) or days(…)"),
    ("weeks", "write days(7 * n)"),
    ("months", "write days(30 * n)"),
    ("rand", "there is no chance in a hook: the same event gives the same plan"),
    ("random", "there is no chance in a hook: the same event gives the same plan"),
    ("sleep", "a hook does not wait"),
    ("refuse", "write deny(\"why\")"),
    ("reject", "write deny(\"why\")"),
    ("abort", "write deny(\"why\")"),
    ("cancel", "write deny(\"why\")"),
    ("error", "write deny(\"why\") in a `before` hook, throw \"why\" in others"),
    ("add_hook", "write on(\"event\", |event| { … })"),
    ("hook", "write on(\"event\", |event| { … })"),
    ("has_permission", "write user.may(\"tickets\")"),
    ("can", "write user.may(\"tickets\")"),
    ("hasPermission", "write user.may(\"tickets\")"),
];

/// Functions of a mail that people guess.
const OF_MAIL: &[(&str, &str)] = &[
    ("add", "write mail.to(who, \"why\")"),
    ("send", "write mail.to(who, \"why\")"),
    ("send_to", "write mail.to(who, \"why\")"),
    ("add_to", "write mail.to(who, \"why\")"),
    ("add_recipient", "write mail.to(who, \"why\")"),
    ("push", "write mail.to(who, \"why\")"),
    ("add_cc", "write mail.cc(who, \"why\")"),
    ("bcc", "there is no blind copy: write mail.to(who, \"why\"), and each gets a mail of their own"),
    ("delete", "write mail.remove(who, \"why\")"),
    ("exclude", "write mail.remove(who, \"why\")"),
    ("without", "write mail.remove(who, \"why\")"),
    ("clear", "write mail.drop(\"why\")"),
    ("cancel", "write mail.drop(\"why\")"),
    ("stop", "write mail.drop(\"why\")"),
    ("set", "write mail.only([who], \"why\")"),
    ("set_to", "write mail.only([who], \"why\")"),
    ("replace", "write mail.only([who], \"why\")"),
];

/// Variables of other languages that nothing here has.
const VARIABLES: &[(&str, &str)] = &[
    ("null", "nothing is null here: absent texts are empty, absent objects have .exists; `()` is no value"),
    ("nil", "nothing is nil here: absent texts are empty, absent objects have .exists; `()` is no value"),
    ("None", "nothing is None here: absent texts are empty, absent objects have .exists; `()` is no value"),
    ("undefined", "nothing is undefined here: absent texts are empty, absent objects have .exists"),
    ("True", "write true"),
    ("False", "write false"),
    ("TRUE", "write true"),
    ("FALSE", "write false"),
    ("console", "write log(…)"),
    ("Math", "numbers have .abs(), .min(…), .max(…)"),
    ("Date", "the only clock is event.at, or draft.at in a `before` hook"),
    ("JSON", "email() and webhook() take maps as they are: #{ key: value }"),
    ("self", "a hook gets its event as the parameter that you name: |event| { … }"),
    ("vars", "the hook gets its event as the parameter that you name: |event| { … }"),
];

/// What to write instead of this function or field.
pub fn instead(name: &str) -> Option<&'static str> {
    find(HABITS, name)
}

/// What to write instead of this function or field, which may be misspelt.
pub fn instead_near(name: &str) -> Option<&'static str> {
    instead(name)
        .or_else(|| instead(crate::report::did_you_mean(name, HABITS.iter().map(|(word, _)| *word))?))
}

/// What to write instead of this function of a mail.
pub fn of_mail(name: &str) -> Option<&'static str> {
    find(OF_MAIL, name)
}

/// What to write instead of this variable.
pub fn variable(name: &str) -> Option<&'static str> {
    find(VARIABLES, name)
}

/// Points of other panels, and guesses, with what to write here.
const POINTS: &[(&str, &str)] = &[
    ("ticket.created", "that is \"ticket.opened\""),
    ("ticket.answered", "that is \"ticket.replied\"; ask event.reply.from_staff"),
    ("user.login", "that is \"user.logged_in\", or before(\"user.log_in\", …) to refuse it"),
    ("user.created", "that is \"user.registered\", or \"user.added\" when somebody joins an account"),
    ("user.invited", "that is \"invite.sent\""),
    ("account.registered", "that is \"account.created\""),
    ("account.updated", "that is \"account.details_changed\""),
    ("TicketOpen", "that is \"ticket.opened\""),
    ("TicketUserReply", "that is \"ticket.replied\"; ask !event.reply.from_staff"),
    ("TicketAdminReply", "that is \"ticket.replied\"; ask event.reply.from_staff"),
    ("TicketAddNote", "that is \"ticket.noted\""),
    ("TicketClose", "that is \"ticket.closed\""),
    ("TicketStatusChange", "that is \"ticket.status_changed\""),
    ("TicketOpenValidation", "that is before(\"ticket.open\", |draft| { … })"),
    ("ClientAdd", "that is \"account.created\""),
    ("ClientEdit", "that is \"account.details_changed\""),
    ("ClientDetailsValidation", "that is before(\"account.change_details\", |draft| { … })"),
    ("UserAdd", "that is \"user.registered\""),
    ("UserLogin", "that is \"user.logged_in\""),
    ("ContactAdd", "that is \"contact.added\""),
    ("EmailPreSend", "who gets a mail, route(\"ticket.*\", |mail, event| { … }) decides"),
    ("DailyCronJob", "that is every(\"1 day\", |event| { … })"),
    ("ClientAreaPrimaryNavbar", "that is menu(\"client\", |menu, view| { … })"),
    ("ClientAreaHomepagePanels", "that is panel(\"client.home\", |view| { … })"),
];

/// How functions of the engine are called that people get wrong.
const USAGES: &[(&str, &str)] = &[
    ("minutes", "minutes(30)"),
    ("hours", "hours(12)"),
    ("days", "days(3)"),
    ("deny", "deny(\"why\")"),
    ("log", "log(`${one} and ${other}`)"),
    ("setting", "setting(\"name\"), or setting(\"name\", otherwise)"),
    ("replace", "text.replace(find, put)"),
    ("join", "list.join(\", \")"),
    ("split", "text.split(\",\")"),
    ("in_zone", "event.at.in_zone(\"Europe/Berlin\")"),
];

/// What to write instead of this point.
pub fn point(name: &str) -> Option<&'static str> {
    find(POINTS, name)
}

/// How this function is called.
pub fn usage(name: &str) -> Option<&'static str> {
    find(USAGES, name)
}

fn find(table: &'static [(&str, &str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(word, _)| *word == name).map(|(_, mend)| *mend)
}
