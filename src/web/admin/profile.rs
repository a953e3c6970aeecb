//! A member of staff's own name and password.

use crate::{
    error::{Error, Result},
    model::{login, staff, user::password},
    web::{
        access::{AnyStaff, OnDuty},
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use minijinja::context;

const PAGE: &str = "/admin/profile";

/// `GET /admin/profile`
pub async fn show(visit: AnyStaff) -> Answer {
    let name = visit.me()?.name.clone();
    page(&visit, Echo::default().with("name", name), &Wrong::nothing())
}

fn page(visit: &AnyStaff, form: Echo, wrong: &Wrong) -> Answer {
    let me = visit.me()?;
    visit.form("admin/profile.html", context! { form, email => &me.email, role => me.role.key() }, wrong)
}

/// `POST /admin/profile`
pub async fn save(visit: AnyStaff, fields: Fields) -> Answer {
    let mut tx = visit.begin().await?;
    match staff::rename(&mut tx, &visit.act(), &visit.me()?.id, fields.get("name")).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(visit.done(PAGE, "flash-profile-saved", &[]))
        }
        Err(error) => {
            drop(tx);
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, fields.echo(&["name"]), &wrong)
        }
    }
}

/// `POST /admin/profile/password`
pub async fn change_password(visit: AnyStaff, fields: Fields) -> Answer {
    match change(&visit, fields.get("current_password"), fields.get("password")).await {
        Ok(()) => Ok(visit.done(PAGE, "flash-password-changed", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            let name = visit.me()?.name.clone();
            page(&visit, Echo::default().with("name", name), &wrong)
        }
    }
}

async fn change(visit: &AnyStaff, present: &str, wanted: &str) -> Result<()> {
    let (app, me) = (visit.app(), visit.me()?);
    login::confirm_staff_password(&app.db, &app.passwords, &visit.act(), me, "current_password", present)
        .await?;
    if present == wanted {
        return Err(Error::field("password", "password-same"));
    }
    let hash = password::hashed(&app.passwords, "password", wanted, &me.email).await?;
    let keep = visit.current().map(|current| current.session.id.as_str());
    let mut tx = visit.begin().await?;
    staff::set_password(&mut tx, &visit.act(), &me.id, &hash, keep).await?;
    tx.commit().await
}
