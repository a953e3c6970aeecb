//! A month in the life of some hosting customers, as events of the outbox, with the runs of the hooks that met them.

use innkeeper::{
    app::App,
    clock::{Clock, DAY},
    config::{Config, Paths},
    event::{
        catalogue::*,
        data::{Account, Person, User},
        outbox::{self, Act},
        sample,
    },
    worker::dispatch,
};
use std::path::Path;

/// Accounts in the history.
const ACCOUNTS: usize = 40;

/// Writes so many events, evenly over the month before now, and lets the hooks of the data folder meet them; what
/// their mail says goes nowhere.
pub async fn make(data: &Path, database: &str, events: usize) {
    let now = Clock::system().now();
    let begin = now - 29 * DAY;
    let clock = Clock::held_at(begin);
    let config = Config { database_url: database.to_owned(), ..Config::default() };
    let app = App::build(Paths::new(data.to_owned(), None), config, clock.clone()).await.unwrap();
    let accounts: Vec<Account> = (0..ACCOUNTS).map(account).collect();
    let step = 28 * DAY / i64::try_from(events).unwrap();
    for part in (0..events).collect::<Vec<_>>().chunks(200) {
        let mut tx = app.db.begin().await.unwrap();
        for number in part {
            clock.advance(step);
            let act = app.act_of_system("req_history", 0);
            one(&mut tx, act, &accounts[number * 7 % ACCOUNTS], *number).await;
        }
        tx.commit().await.unwrap();
        dispatch::drain(&app).await.unwrap();
    }
    app.db.close().await;
}

/// An account like the sample's, and yet its own: each wants other mail, and has other people.
fn account(number: usize) -> Account {
    let mut account = sample::account();
    let own = |email: &str| email.replace('@', &format!("+{number}@"));
    account.id = format!("acc_{number:04}");
    account.name = format!("Customer {number}");
    account.email = own(&account.email);
    account.categories.retain(|category| !number.is_multiple_of(3) || category != "support");
    for user in &mut account.users {
        user.email = own(&user.email);
        user.id = format!("{}_{number}", user.id);
    }
    account.users.truncate(1 + number % 4);
    account.owner = account.users[0].clone();
    for contact in &mut account.contacts {
        contact.email = own(&contact.email);
        contact.id = format!("{}_{number}", contact.id);
    }
    account.contacts.truncate(number % 3);
    account
}

fn by(user: &User) -> Person {
    sample::person(user)
}

/// One event: tickets mostly, people now and then, a guest's ticket, and some that nobody is told of.
async fn one(tx: &mut innkeeper::db::Tx, act: Act, account: &Account, number: usize) {
    let owner = account.owner.clone();
    let last = account.users.last().cloned().unwrap_or_default();
    let mut ticket = sample::ticket();
    ticket.id = format!("tic_{:05}", number / 5);
    ticket.opener = by(&last);
    ticket.priority = ["Low", "Medium", "High"][number % 3].to_owned();
    if number.is_multiple_of(4) {
        ticket.cc = vec![format!("agency{number}@partner.example")];
    }
    let as_staff = Act { actor: sample::staff(), ..act.clone() };
    let as_last = Act { actor: by(&last), ..act.clone() };
    let as_owner = Act { actor: by(&owner), ..act };
    let nobody = Account::default();
    let (reply, invite, links) = (sample::reply(), sample::invite(), &[]);
    match number % 10 {
        0 => outbox::emit(tx, &as_last, account, &TicketOpened { ticket, reply }, links).await,
        1 | 2 => outbox::emit(tx, &as_last, account, &TicketReplied { ticket, reply }, links).await,
        3 => outbox::emit(tx, &as_staff, account, &TicketReplied { ticket, reply }, links).await,
        4 => {
            let change = TicketStatusChanged { ticket, before: "Open".into(), badge: "Operator".into() };
            outbox::emit(tx, &as_staff, account, &change, links).await
        }
        5 => outbox::emit(tx, &as_owner, account, &InviteSent { invite }, links).await,
        6 => outbox::emit(tx, &as_last, account, &InviteAccepted { invite, user: last }, links).await,
        7 => outbox::emit(tx, &as_owner, account, &AccountCreated { user: owner }, links).await,
        8 => outbox::emit(tx, &as_owner, &nobody, &UserPasswordChanged { user: owner }, links).await,
        _ => {
            ticket.id = format!("tic_guest{number}");
            let guest = Person { kind: "guest".into(), id: String::new(), ..ticket.opener.clone() };
            ticket.opener = guest.clone();
            let as_guest = Act { actor: guest, ..as_owner };
            outbox::emit(tx, &as_guest, &nobody, &TicketOpened { ticket, reply }, links).await
        }
    }
    .unwrap();
}
