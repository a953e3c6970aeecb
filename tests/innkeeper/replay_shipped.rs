//! Every shipped script at once, those that wait to be enabled too, over weeks in which each has something to do: once
//! more, each does what it did.

use crate::support::house::House;
use innkeeper::{
    clock::{DAY, HOUR, MINUTE},
    db::Query,
    event::{
        catalogue::*,
        data::{Account, Person, Ticket},
        guard::{self, GUARDS},
        outbox, sample,
    },
    hook::Verb,
    model::{
        self,
        access::Bounds,
        invite::{self, Chosen},
    },
    trial::{self, Options, Scripts, Which},
};

/// The shipped scripts that wait to be enabled, as active files. The driver stays where it is: it has no history.
fn enabled() -> Vec<(String, String)> {
    let shipped = innkeeper::bundle::shipped();
    let name = |path: &str| {
        path.strip_prefix("hooks/available/").filter(|name| !name.contains('/')).map(str::to_owned)
    };
    shipped
        .iter()
        .filter_map(|(path, text)| Some((format!("hooks/{}", name(path)?), text.to_string())))
        .collect()
}

async fn house() -> House {
    let files = enabled();
    assert!(files.len() > 30, "{}", files.len());
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let vip = sample::account().id;
    let settings = toml::toml! {
        crm_url = "https://crm.example/in"
        chat_url = "https://crm.example/chat"
        invite_domain = "example.com"
        vip_manager = "manager@host.example"
    };
    House::configured(&files, move |config| {
        config.settings.extend(settings);
        config.settings.insert("vip_accounts".into(), vec![vip].into());
        config.outgoing.allow = vec!["crm.example".into()];
    })
    .await
}

/// Everything that happens to a customer, once, and what hooks make of it.
async fn live_through(house: &House) {
    let (account, nobody) = (sample::account(), Account::default());
    let (ticket, reply, invite, session) =
        (sample::ticket(), sample::reply(), sample::invite(), sample::session());
    let (owner, user) = (sample::owner(), sample::accountant());
    let by = |actor: Person| house.act(actor);
    let (staff, customer) = (by(sample::staff()), by(sample::person(&sample::developer())));
    let as_owner = by(sample::person(&owner));
    let closed = sample::closed_ticket();
    let mut tx = house.app.db.begin().await.unwrap();
    macro_rules! happens {
        ($($act:ident $account:ident $payload:expr;)+) => {
            $( outbox::emit(&mut tx, &$act, &$account, &$payload, &[]).await.unwrap(); )+
        };
    }
    happens! {
        customer account TicketOpened { ticket: Ticket { priority: "High".into(), ..ticket.clone() }, reply: reply.clone() };
        customer account TicketReplied { ticket: ticket.clone(), reply: reply.clone() };
        staff account TicketReplied { ticket: ticket.clone(), reply: sample::answer() };
        staff account TicketAssigned {
            ticket: sample::assigned_ticket(), before: Person::default(), badge: "Operator".into()
        };
        staff account TicketPriorityChanged {
            ticket: Ticket { priority: "High".into(), ..ticket.clone() }, before: "Medium".into(), badge: "Operator".into()
        };
        staff account TicketNoted { ticket: ticket.clone(), note: sample::note() };
        staff account TicketStatusChanged { ticket: closed.clone(), before: "Answered".into(), badge: "Operator".into() };
        staff account TicketClosed { ticket: closed, before: "Answered".into(), badge: "Operator".into() };
        customer nobody TicketMailRejected {
            mail: sample::rejected_mail(), ticket: Ticket::default(), sender: sample::guest(), department: ticket.department.clone()
        };
        as_owner account InviteSent { invite: invite.clone() };
        customer account InviteDeclined { invite: invite.clone() };
        customer account InviteAccepted { invite: invite.clone(), user: user.clone() };
        customer account UserAdded { user: user.clone(), invite };
        as_owner account UserPermissionsChanged {
            user: user.clone(), granted: vec!["manageproducts".into(), "invoices".into()], revoked: vec!["emails".into()]
        };
        as_owner account UserRemoved { user: sample::former_user(), left: false };
        as_owner account AccountDetailsChanged {
            changes: vec![sample::change(), innkeeper::event::data::Change {
                field: "tax_id".into(), before: String::new(), after: "DE123456789".into()
            }]
        };
        as_owner account AccountCreated { user: owner.clone() };
        as_owner account ContactAdded { contact: sample::contact() };
        as_owner nobody UserPasswordChanged { user: owner.clone() };
        as_owner nobody UserLoginFailed { user: owner.clone(), session: session.clone() };
        as_owner nobody UserLoginFailed { user: owner.clone(), session: session.clone() };
        as_owner nobody UserLoggedIn { user: owner, session };
        staff nobody HookQuarantined {
            failure: sample::failure(), runs: 40, failures: 31, retry_at: sample::soon(), staff: sample::admins()
        };
    }
    tx.commit().await.unwrap();
    let gate = &house.app.gate;
    for kind in GUARDS {
        for draft in (kind.samples)() {
            gate.ask(kind, draft).await;
        }
    }
    for draft in guard::defaults_samples() {
        gate.defaults(draft).await;
    }
    house.settle().await;
}

/// The owner invites somebody who does not answer.
async fn invite(house: &House) {
    let (account, act) = (house.bakery().await, house.act_of("owner@bakery.example").await);
    let (app, email) = (&house.app, "quiet@example.com");
    let bounds = Bounds::for_invite(&*app.gate, &act, &account, email, false).await;
    let draft = invite::send_draft(&app.db, &bounds, email, &Chosen::All, 7 * DAY).await.unwrap();
    let approved = model::ask(&*app.gate, &act, &account, draft).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    invite::send(&mut tx, &act, &approved, &bounds).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn every_shipped_script_does_again_what_it_did() {
    let house = house().await;
    // What the demo's people did had met the active scripts alone.
    house.pass(MINUTE).await;
    let since = house.app.clock.now();
    invite(&house).await;
    for _ in 0..4 {
        Box::pin(live_through(&house)).await;
        house.pass(HOUR).await;
        house.pass(DAY).await;
    }
    let scripts = Scripts::read(&house.app.paths.data, &house.app.config).unwrap();
    for hook in scripts.base().hooks.hooks() {
        let (id, quoted) = (&hook.id, format!("%\"{}\"%", hook.id));
        let met = match hook.verb {
            Verb::On | Verb::Every => {
                house.count(format!("SELECT COUNT(*) FROM hook_runs WHERE hook = '{id}'")).await > 0
            }
            Verb::Before | Verb::PermissionDefaults => {
                house.count(format!("SELECT COUNT(*) FROM guard_runs WHERE steps LIKE '{quoted}'")).await > 0
            }
            Verb::Route => {
                let templates = &scripts.base().templates;
                let mailed = |name: &str| templates.notifications(name).next().is_some();
                let none = !EVENTS.iter().any(|kind| hook.point.serves(kind.name) && mailed(kind.name));
                none || routed(&house).await.iter().any(|name| hook.point.serves(name))
            }
            // Pages and drivers have no history.
            Verb::Menu | Verb::Panel | Verb::Driver => true,
        };
        assert!(met, "{id} had nothing to do");
    }
    let which = Which { since, until: i64::MAX, ..Which::default() };
    let seen = trial::exactly(&house.app.db, &scripts, &which).await.unwrap();
    assert_eq!(seen.different, Vec::<String>::new());
    let options =
        Options { which, limit: i64::MAX, show: 100, threads: 2, settings_then: false, traced_since: 0 };
    let outcome = trial::replay(&house.app.db, &scripts, &options, |_| ()).await.unwrap();
    assert!(!outcome.differs(), "{outcome:#?}");
    assert!(outcome.plans > 100 && outcome.notifications > 40 && outcome.guards.asked > 50, "{outcome:#?}");
    assert_eq!((outcome.fails, outcome.waiting, outcome.untraced), (0, 0, 0), "{outcome:#?}");
}

/// The events whose mail route hooks decided on.
async fn routed(house: &House) -> Vec<String> {
    let mut db = &house.app.db;
    let rows: Vec<(String,)> =
        db.all("SELECT DISTINCT event_name FROM hook_runs WHERE verb = 'route'", Vec::new()).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}
