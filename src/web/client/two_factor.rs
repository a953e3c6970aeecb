//! Setting up the second factor, turning it off, and its recovery codes.

use crate::{
    error::{Error, Result},
    model::{login, user::second_factor},
    secret::totp,
    web::{
        access::{LoggedIn, Me},
        fields::{Echo, Fields, Wrong},
        trouble::Answer,
    },
};
use minijinja::context;
use qrcode::{QrCode, render::svg};

/// `GET /security/two-factor`: the first look makes the secret, which counts for nothing until a
/// code has shown that the authenticator has it.
pub async fn show(visit: LoggedIn) -> Answer {
    page(&visit, &Wrong::nothing()).await
}

async fn page(visit: &LoggedIn, wrong: &Wrong) -> Answer {
    let user = visit.me()?;
    if user.two_factor() {
        return Ok(visit.go("/security"));
    }
    let secret = match second_factor::pending(user, &visit.app().key) {
        Some(secret) => secret,
        None => {
            let mut tx = visit.begin().await?;
            let secret = second_factor::begin(&mut tx, &visit.act(), &user.id).await?;
            tx.commit().await?;
            secret
        }
    };
    let address = totp::address(&secret, &user.email, &visit.app().config.brand.name);
    let address = address.ok_or_else(|| Error::internal("the secret of a second factor has no address"))?;
    let values = context! { qr_svg => picture(&address)?, secret => in_groups(&secret), form => Echo::default().with("code", "") };
    visit.form("client/two-factor.html", values, wrong)
}

/// The address as a QR code; its size is the style sheet's matter.
fn picture(address: &str) -> Result<String> {
    let code = QrCode::new(address).map_err(|e| Error::internal(format!("QR code: {e}")))?;
    let svg = code.render::<svg::Color<'_>>().quiet_zone(true).build();
    let svg = svg.find("<svg").map_or("", |begin| &svg[begin..]);
    let (tag, rest) = svg.split_once('>').unwrap_or((svg, ""));
    let kept: Vec<&str> =
        tag.split(' ').filter(|part| !part.starts_with("width=") && !part.starts_with("height=")).collect();
    Ok(format!("{}>{rest}", kept.join(" ")))
}

fn in_groups(secret: &str) -> String {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// `POST /security/two-factor`
pub async fn enable(visit: LoggedIn, fields: Fields) -> Answer {
    match turn_on(&visit, &fields).await {
        Ok(codes) => visit.page("client/recovery-codes.html", context! { codes }),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            page(&visit, &wrong).await
        }
    }
}

/// The password is asked for: whoever finds an open browser must not shut its owner out.
async fn turn_on(visit: &LoggedIn, fields: &Fields) -> Result<Vec<String>> {
    confirmed(visit, fields).await?;
    let code = fields.get("code");
    let mut tx = visit.begin().await?;
    let codes = second_factor::enable(&mut tx, &visit.act(), &visit.me()?.id, code).await?;
    tx.commit().await?;
    Ok(codes)
}

/// What a password is asked for.
#[derive(Clone, Copy)]
enum Purpose {
    Off,
    Codes,
}

fn confirm(visit: &LoggedIn, purpose: Purpose, wrong: &Wrong) -> Answer {
    if !visit.me()?.two_factor() {
        return Ok(visit.go("/security"));
    }
    let purpose = match purpose {
        Purpose::Off => "off",
        Purpose::Codes => "codes",
    };
    visit.form("client/password-confirm.html", context! { purpose }, wrong)
}

async fn confirmed(visit: &LoggedIn, fields: &Fields) -> Result<()> {
    let app = visit.app();
    let password = fields.get("current_password");
    login::confirm_password(&app.db, &app.passwords, &visit.act(), visit.me()?, "current_password", password)
        .await
}

/// `GET /security/two-factor/off`
pub async fn show_off(visit: LoggedIn) -> Answer {
    confirm(&visit, Purpose::Off, &Wrong::nothing())
}

/// `POST /security/two-factor/off`
pub async fn off(visit: LoggedIn, fields: Fields) -> Answer {
    match turn_off(&visit, &fields).await {
        Ok(()) => Ok(visit.done("/security", "flash-two-factor-off", &[])),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            confirm(&visit, Purpose::Off, &wrong)
        }
    }
}

async fn turn_off(visit: &LoggedIn, fields: &Fields) -> Result<()> {
    confirmed(visit, fields).await?;
    let mut tx = visit.begin().await?;
    second_factor::disable(&mut tx, &visit.act(), &visit.me()?.id).await?;
    tx.commit().await
}

/// `GET /security/recovery-codes`
pub async fn show_codes(visit: LoggedIn) -> Answer {
    confirm(&visit, Purpose::Codes, &Wrong::nothing())
}

/// `POST /security/recovery-codes`
pub async fn codes(visit: LoggedIn, fields: Fields) -> Answer {
    match renew(&visit, &fields).await {
        Ok(codes) => visit.page("client/recovery-codes.html", context! { codes }),
        Err(error) => {
            let wrong = Wrong::from_error(&visit.reader(), error)?;
            confirm(&visit, Purpose::Codes, &wrong)
        }
    }
}

async fn renew(visit: &LoggedIn, fields: &Fields) -> Result<Vec<String>> {
    confirmed(visit, fields).await?;
    let mut tx = visit.begin().await?;
    let codes = second_factor::renew(&mut tx, &visit.act(), &visit.me()?.id).await?;
    tx.commit().await?;
    Ok(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_no_size_and_no_style_of_its_own() {
        let svg = picture("otpauth://totp/a?secret=b").unwrap();
        let tag = svg.split('>').next().unwrap();
        assert!(
            tag.starts_with("<svg")
                && tag.contains("viewBox=")
                && !tag.contains("width=")
                && !svg.contains("style"),
            "{tag}"
        );
    }

    #[test]
    fn the_secret_is_easy_to_type() {
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
