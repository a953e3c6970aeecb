//! What becomes of members of staff: another role, name or password; and their leaving.

use super::{Role, Staff, find, person, store};
use crate::{
    db::Tx,
    error::{Error, Result},
    event::{
        catalogue::{StaffPasswordChanged, StaffRemoved, StaffRenamed, StaffRoleChanged},
        data::Account,
        outbox::{Act, emit},
    },
    model::{required_line, session, ticket},
};

/// Gives a member of staff another role; nothing if they have it already.
///
/// # Errors
/// As [`find`]; [`Conflict`](crate::error::Kind::Conflict) `last-admin` if nobody would be left who may everything.
pub async fn set_role(tx: &mut Tx, act: &Act, id: &str, role: Role) -> Result<Option<Staff>> {
    let mut staff = find(&mut *tx, id).await?;
    if staff.role == role {
        return Ok(None);
    }
    spare_last_admin(tx, &staff).await?;
    let before = std::mem::replace(&mut staff.role, role).key().to_owned();
    store::set_role(tx, id, role.key()).await?;
    let event = StaffRoleChanged { staff: person(&staff), before, role: role.key().to_owned() };
    emit(tx, act, &Account::default(), &event, &[]).await?;
    Ok(Some(staff))
}

/// Gives a member of staff another name, which customers see on what they write from now on; nothing if
/// it is the same.
///
/// # Errors
/// As [`find`]; [`Invalid`](crate::error::Kind::Invalid) naming `name`.
pub async fn rename(tx: &mut Tx, act: &Act, id: &str, typed: &str) -> Result<Option<Staff>> {
    let mut staff = find(&mut *tx, id).await?;
    let name = required_line("name", typed, 100)?;
    if staff.name == name {
        return Ok(None);
    }
    let before = std::mem::replace(&mut staff.name, name);
    store::set_name(tx, id, &staff.name).await?;
    emit(tx, act, &Account::default(), &StaffRenamed { staff: person(&staff), before }, &[]).await?;
    Ok(Some(staff))
}

/// Gives a member of staff the password of this hash, and ends their sessions but the one to keep.
///
/// # Errors
/// As [`find`].
pub async fn set_password(tx: &mut Tx, act: &Act, id: &str, hash: &str, keep: Option<&str>) -> Result<Staff> {
    let staff = find(&mut *tx, id).await?;
    store::set_password(tx, id, hash).await?;
    session::drop_all_of_staff(tx, id, keep).await?;
    emit(tx, act, &Account::default(), &StaffPasswordChanged { staff: person(&staff) }, &[]).await?;
    Ok(staff)
}

/// Removes a member of staff, whose open tickets nobody has then. What they wrote keeps their name.
///
/// # Errors
/// As [`find`]; [`Conflict`](crate::error::Kind::Conflict) `last-admin`.
pub async fn remove(tx: &mut Tx, act: &Act, id: &str) -> Result<Staff> {
    let staff = find(&mut *tx, id).await?;
    spare_last_admin(tx, &staff).await?;
    ticket::let_go(tx, act, id).await?;
    store::remove(tx, id).await?;
    emit(tx, act, &Account::default(), &StaffRemoved { staff: person(&staff) }, &[]).await?;
    Ok(staff)
}

async fn spare_last_admin(tx: &mut Tx, staff: &Staff) -> Result<()> {
    let spare = staff.role != Role::Admin || store::other_admins(tx, &staff.id).await? > 0;
    if spare { Ok(()) } else { Err(Error::conflict("last-admin")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::outbox::Act,
        model::{
            staff::{NewStaff, create, lookup_by_email},
            testing::House,
        },
    };

    async fn member(house: &House, email: &str, role: Role) -> Staff {
        let mut tx = house.db.begin().await.unwrap();
        let new = NewStaff { email: email.into(), name: "Sam".into(), password_hash: "x".into(), role };
        let staff = create(&mut tx, &house.guest(), new).await.unwrap();
        tx.commit().await.unwrap();
        staff
    }

    #[tokio::test]
    async fn somebody_who_may_everything_always_stays() {
        let house = House::new().await;
        let act: Act = house.guest();
        let admin = member(&house, "admin@host.example", Role::Admin).await;
        let agent = member(&house, "agent@host.example", Role::Agent).await;
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(set_role(&mut tx, &act, &admin.id, Role::Agent).await.unwrap_err().code, "last-admin");
        assert_eq!(remove(&mut tx, &act, &admin.id).await.unwrap_err().code, "last-admin");
        assert!(set_role(&mut tx, &act, &agent.id, Role::Agent).await.unwrap().is_none());
        set_role(&mut tx, &act, &agent.id, Role::Admin).await.unwrap();
        remove(&mut tx, &act, &admin.id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(lookup_by_email(&house.db, "admin@host.example").await.unwrap().is_none());
        let told = ["staff.added", "staff.added", "staff.role_changed", "staff.removed"];
        assert_eq!(house.events().await, told);
    }

    #[tokio::test]
    async fn a_new_password_and_a_new_name_are_told() {
        let house = House::new().await;
        let act: Act = house.guest();
        let agent = member(&house, "agent@host.example", Role::Agent).await;
        let mut tx = house.db.begin().await.unwrap();
        set_password(&mut tx, &act, &agent.id, "y", None).await.unwrap();
        assert_eq!(rename(&mut tx, &act, &agent.id, " ").await.unwrap_err().fields[0].field, "name");
        assert!(rename(&mut tx, &act, &agent.id, " Sam ").await.unwrap().is_none());
        rename(&mut tx, &act, &agent.id, "Samira").await.unwrap();
        tx.commit().await.unwrap();
        let agent = find(&house.db, &agent.id).await.unwrap();
        assert_eq!((agent.password_hash.as_str(), agent.name.as_str()), ("y", "Samira"));
        assert_eq!(house.events().await, ["staff.added", "staff.password_changed", "staff.renamed"]);
    }
}
