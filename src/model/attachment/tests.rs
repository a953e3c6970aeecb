use super::*;
use crate::{
    config::Attachments,
    model::{bakery::Bakery, testing::NOW},
};

pub(crate) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

#[test]
fn ending_and_bytes_must_agree() {
    let rules = Attachments::default();
    let text = b"Pages take eight seconds.\n";
    let table: &[(&str, &[u8], &str)] = &[
        ("slow.png", PNG, ""),
        ("SLOW.PNG", PNG, ""),
        ("notes.txt", text, ""),
        ("page.log", b"<html><script>alert(1)</script>", ""),
        ("slow.jpg", PNG, "attachment-mismatch"),
        ("slow.png", text, "attachment-mismatch"),
        ("notes.txt", b"a\0b", "attachment-mismatch"),
        ("notes.txt", b"MZ\x90\0\x03\0\0\0", "attachment-mismatch"),
        ("run.sh", b"#!/bin/sh\nrm -rf /", "attachment-type"),
        ("page.html", b"<html></html>", "attachment-type"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment-type"),
        ("slow.png.exe", PNG, "attachment-type"),
        ("noending", text, "attachment-type"),
        ("empty.txt", b"", "attachment-empty"),
    ];
    for (name, bytes, code) in table {
        let found = check(&rules, name, bytes).map_or_else(|error| error.fields[0].code, |_| "");
        assert_eq!(found, *code, "{name}");
    }
    let big = vec![b'a'; usize::try_from(rules.most_bytes()).unwrap() + 1];
    assert_eq!(check(&rules, "big.txt", &big).unwrap_err().fields[0].code, "attachment-size");
}

#[test]
fn a_type_that_only_the_operator_knows_is_served_as_bytes() {
    let rules = Attachments { types: vec!["html".into(), "svg".into()], ..Attachments::default() };
    for name in ["page.html", "logo.svg"] {
        let checked = check(&rules, name, b"<svg onload='alert(1)'/>").unwrap();
        assert_eq!(checked.media_type, "application/octet-stream");
        assert!(!may_be_shown(checked.media_type));
    }
}

#[test]
fn names_lose_what_could_lead_elsewhere() {
    let rules = Attachments::default();
    let table = [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Dev\\slow.txt", "slow.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("gnp\u{202e}txt.txt", "gnptxt.txt"),
        (".txt", "txt"),
    ];
    for (typed, name) in table {
        let found = check(&rules, typed, b"x").map_or_else(|error| error.detail, |file| file.name);
        assert_eq!(found, name, "{typed:?}");
    }
    let long = format!("{}.txt", "ä".repeat(300));
    let name = check(&rules, &long, b"x").unwrap().name;
    assert!(name.chars().count() <= 120 && name.ends_with(".txt"), "{name}");
}

#[tokio::test]
async fn a_file_is_sent_by_whoever_brought_it_and_once() {
    let bakery = Bakery::new().await;
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let file = check(&Attachments::default(), "slow.png", PNG).unwrap();
    let brought =
        bakery.commit(async |tx| announce(tx, &bakery.act_of(&dev), &file, "aa11").await).await.unwrap();
    let ids = [brought.id.clone()];
    assert!(
        pending(&bakery.house.db, &bakery.act(), &ids).await.unwrap().is_empty(),
        "it is not the owner's"
    );
    assert_eq!(pending(&bakery.house.db, &bakery.act_of(&dev), &ids).await.unwrap()[0].name, "slow.png");
}

#[tokio::test]
async fn what_no_message_got_is_swept_after_a_day() {
    let bakery = Bakery::new().await;
    let file = check(&Attachments::default(), "slow.png", PNG).unwrap();
    bakery.commit(async |tx| announce(tx, &bakery.act(), &file, "aa11").await).await.unwrap();
    let swept = async |at| bakery.commit(async |tx| sweep(tx, at, 10).await).await.unwrap();
    assert!(swept(NOW + DAY).await.is_empty());
    assert!(is_kept(&bakery.house.db, "aa11").await.unwrap());
    assert_eq!(swept(NOW + DAY + 1).await, ["aa11"]);
    assert!(!is_kept(&bakery.house.db, "aa11").await.unwrap());
}

#[tokio::test]
async fn the_oldest_files_that_no_message_got_make_room() {
    let bakery = Bakery::new().await;
    let file = check(&Attachments::default(), "slow.png", PNG).unwrap();
    let dev = bakery.colleague("dev@bakery.example", "tickets").await;
    let brought = async |act: Act, hash: &str| {
        bakery.commit(async |tx| announce(tx, &act, &file, hash).await).await.unwrap()
    };
    let kept = brought(bakery.act(), "aa11").await;
    brought(bakery.act_after(1), "bb22").await;
    brought(bakery.act_after(2), "cc33").await;
    brought(bakery.act_of(&dev), "dd44").await;
    let (size, keep) = (file.size, [kept]);
    let room = async |most, before| {
        let act = bakery.act_after(10);
        bakery.commit(async |tx| make_room(tx, &act, &keep, most, before).await).await.unwrap()
    };
    assert_eq!(room(3 * size + 1, NOW + 10).await, (3 * size, vec![]), "there is room");
    assert_eq!(room(3 * size, NOW + 1).await, (3 * size, vec![]), "what came a moment ago stays");
    assert_eq!(
        room(3 * size, NOW + 10).await,
        (2 * size, vec!["bb22".to_owned()]),
        "what is kept for this one stays"
    );
    assert_eq!(room(1, NOW + 10).await, (size, vec!["cc33".to_owned()]));
    assert!(is_kept(&bakery.house.db, "dd44").await.unwrap(), "it is somebody else's");
}
