//! `innkeeper staff`: who may log in under /admin, and what they may do there.

use super::{Done, Trouble, load_config, say, show};
use crate::{
    app::App,
    clock::Clock,
    config::Paths,
    model::{
        staff::{self, NewStaff, Role},
        user::password,
    },
    secret::Token,
};
use clap::{Args, Subcommand};
use serde::Serialize;
use std::{io::Read, process::ExitCode};

/// Manages members of staff.
#[derive(Debug, Args)]
pub(super) struct Staff {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a member of staff; prints a password unless one is given
    Add {
        /// The address to log in with
        email: String,
        /// The name that customers see [default: the part of the address before the @]
        #[arg(long)]
        name: Option<String>,
        /// What they may do: admin (everything) or agent (tickets)
        #[arg(long, default_value = "admin", value_parser = role)]
        role: Role,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Give a member of staff another role: admin (everything) or agent (tickets)
    Role {
        /// The address they log in with
        email: String,
        /// The role
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Give a member of staff another password, and log them out everywhere; prints it unless one is given
    Password {
        /// The address they log in with
        email: String,
        /// Read the password from standard input instead of making one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove a member of staff; what they wrote stays
    Remove {
        /// The address they log in with
        email: String,
    },
    /// List the members of staff
    List {
        #[command(flatten)]
        output: show::Output,
    },
}

impl Staff {
    pub(super) async fn run(self, paths: Paths) -> Done {
        let config = load_config(&paths)?;
        super::folder(&paths)?;
        let app = App::build(paths, config, Clock::system()).await?;
        match self.command {
            Command::Add { email, name, role, password_stdin } => {
                add(&app, &email, name, role, password_stdin).await
            }
            Command::Role { email, role } => set_role(&app, &email, role).await,
            Command::Password { email, password_stdin } => set_password(&app, &email, password_stdin).await,
            Command::Remove { email } => remove(&app, &email).await,
            Command::List { output } => list(&app, output).await,
        }
    }
}

fn role(key: &str) -> Result<Role, String> {
    Role::from_key(key).ok_or_else(|| format!("{key:?} is no role; the roles are admin and agent"))
}

/// The password on standard input, or one that is made, which the second value says.
fn password(stdin: bool) -> Result<(String, bool), Trouble> {
    if !stdin {
        return Ok((Token::generate().reveal()[..20].to_owned(), true));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
}

async fn add(app: &App, email: &str, name: Option<String>, role: Role, password_stdin: bool) -> Done {
    let (typed, made) = password(password_stdin)?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(email).to_owned());
    let password_hash =
        password::hashed(&app.passwords, "password", &typed, email).await.map_err(|e| words(&e, email))?;
    let mut tx = app.db.begin().await?;
    let new = NewStaff { email: email.to_owned(), name, password_hash, role };
    let member = staff::create(&mut tx, &app.act_of_system("innkeeper staff add", 0), new)
        .await
        .map_err(|e| words(&e, email))?;
    tx.commit().await?;
    say(format!("{} may log in at {}/admin as {}.", member.email, app.config.public_url(), role.key()));
    if made {
        say(format!("Password: {typed}"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn member(app: &App, email: &str) -> Result<staff::Staff, Trouble> {
    let found = staff::lookup_by_email(&app.db, email).await?;
    found.ok_or_else(|| {
        Trouble::new(format!("{email} is no member of staff; see who is with `innkeeper staff list`"))
    })
}

async fn set_role(app: &App, email: &str, role: Role) -> Done {
    let member = member(app, email).await?;
    let act = app.act_of_system("innkeeper staff role", 0);
    let mut tx = app.db.begin().await?;
    staff::set_role(&mut tx, &act, &member.id, role).await.map_err(|e| words(&e, email))?;
    tx.commit().await?;
    say(format!("{} is {} now.", member.email, role.key()));
    Ok(ExitCode::SUCCESS)
}

async fn set_password(app: &App, email: &str, password_stdin: bool) -> Done {
    let member = member(app, email).await?;
    let (typed, made) = password(password_stdin)?;
    let hash = password::hashed(&app.passwords, "password", &typed, &member.email)
        .await
        .map_err(|e| words(&e, email))?;
    let act = app.act_of_system("innkeeper staff password", 0);
    let mut tx = app.db.begin().await?;
    staff::set_password(&mut tx, &act, &member.id, &hash, None).await?;
    tx.commit().await?;
    say(format!("{} has a new password, and is logged out everywhere.", member.email));
    if made {
        say(format!("Password: {typed}"));
    }
    Ok(ExitCode::SUCCESS)
}

async fn remove(app: &App, email: &str) -> Done {
    let member = member(app, email).await?;
    let act = app.act_of_system("innkeeper staff remove", 0);
    let mut tx = app.db.begin().await?;
    staff::remove(&mut tx, &act, &member.id).await.map_err(|e| words(&e, email))?;
    tx.commit().await?;
    say(format!("{} is removed. Their open tickets belong to nobody now.", member.email));
    Ok(ExitCode::SUCCESS)
}

/// A member of staff, as `staff list --format json` says it.
#[derive(Serialize)]
struct Row {
    id: String,
    email: String,
    name: String,
    role: &'static str,
    last_login_at: Option<String>,
    #[serde(skip)]
    last_login: Option<i64>,
}

async fn list(app: &App, output: show::Output) -> Done {
    let now = app.clock.now();
    let members = staff::list(&app.db).await?;
    let rows: Vec<Row> = members
        .into_iter()
        .map(|member| Row {
            id: member.id,
            email: member.email,
            name: member.name,
            role: member.role.key(),
            last_login_at: member.last_login_at.map(show::stamp),
            last_login: member.last_login_at,
        })
        .collect();
    show::List::of(&rows)
        .columns(&["E-MAIL", "NAME", "ROLE", "LAST LOG-IN"], |row| {
            let seen = row.last_login.map_or("never".to_owned(), |at| show::ago(at, now));
            vec![show::strong(&row.email), show::plain(&row.name), show::plain(row.role), show::faint(seen)]
        })
        .empty("Nobody yet. Add the first with: innkeeper staff add you@host.example")
        .print(&output)?;
    Ok(ExitCode::SUCCESS)
}

/// The form's codes in words for a terminal.
fn words(error: &crate::error::Error, email: &str) -> Trouble {
    let said = error.fields.first().map_or(error.code, |field| field.code);
    Trouble::new(match said {
        "email-taken" => format!("{email} is a member of staff already; see `innkeeper staff list`"),
        "last-admin" => {
            format!("{email} is the only admin; make somebody else one first, with `innkeeper staff role`")
        }
        "email" => format!("{email:?} is no e-mail address"),
        "password-short" => "the password is too short; it needs at least 10 characters".to_owned(),
        "password-long" => "the password is too long".to_owned(),
        "password-common" => "the password is among the most common ones; choose another".to_owned(),
        "password-is-email" => "the password is the e-mail address; choose another".to_owned(),
        _ => error.to_string(),
    })
}
