//! The people around a ticket, as events and hooks see them.

use super::{Ticket, store};
use crate::{
    db::Query,
    error::Result,
    event::data::{self, Person, Related, Span, Time},
    model::{email_key, staff},
};
use std::collections::BTreeMap;

/// More people than this are not told of by name.
const MOST_PARTICIPANTS: i64 = 100;

/// Members of departments that were read already, by department.
#[derive(Debug, Default)]
pub(super) struct Crews(BTreeMap<String, Vec<Person>>);

impl Crews {
    /// The members of a department, or all of the staff if it has none.
    pub(super) async fn of(&mut self, q: &mut impl Query, department_id: &str) -> Result<Vec<Person>> {
        if let Some(known) = self.0.get(department_id) {
            return Ok(known.clone());
        }
        let mut crew = store::members(q, department_id).await?;
        if crew.is_empty() {
            crew = store::everybody(q).await?;
        }
        let crew: Vec<Person> = crew.into_iter().map(|member| member.person("staff")).collect();
        self.0.insert(department_id.to_owned(), crew.clone());
        Ok(crew)
    }
}

impl Ticket {
    /// The ticket as events and hooks see it at `at`, with the people around it.
    pub(super) async fn seen(&self, mut q: impl Query, at: i64) -> Result<data::Ticket> {
        self.seen_with(&mut q, &mut Crews::default(), at).await
    }

    pub(super) async fn seen_with(
        &self,
        q: &mut impl Query,
        crews: &mut Crews,
        at: i64,
    ) -> Result<data::Ticket> {
        let crew = crews.of(q, &self.department_id).await?;
        let assignee = match &self.assignee_id {
            None => Person::default(),
            Some(id) => match crew.iter().find(|person| person.id == *id) {
                Some(member) => member.clone(),
                None => store::member(q, id).await?.map(|row| row.person("staff")).unwrap_or_default(),
            },
        };
        let authors = store::authors(q, &self.id, MOST_PARTICIPANTS).await?;
        let authors: Vec<Person> = authors.into_iter().map(|author| author.person("")).collect();
        // The first message is that of whoever opened it.
        let first = authors.first().map_or("", |first| first.kind.as_str());
        let opened_by_staff = self.opener_kind != "staff" && ["staff", "system"].contains(&first);
        let participants = self.participants(authors);
        Ok(data::Ticket {
            exists: true,
            id: self.id.clone(),
            reference: self.reference.clone(),
            subject: self.subject.clone(),
            status: self.status.clone(),
            waits_for: self.waits.clone(),
            priority: self.priority.clone(),
            department: self.department_seen(),
            opener: self.opener(),
            opened_by_staff,
            assignee,
            staff: crew,
            participants,
            cc: self.cc(),
            related: Related {
                exists: !self.related_kind.is_empty(),
                kind: self.related_kind.clone(),
                id: self.related_id.clone(),
                name: self.related_name.clone(),
            },
            opened_at: Time(self.opened_at),
            quiet_for: Span((at - self.written_at).max(0)),
        })
    }

    fn department_seen(&self) -> data::Department {
        data::Department {
            exists: true,
            id: self.department_id.clone(),
            name: self.department.clone(),
            email: self.department_email.clone(),
            hidden: self.department_hidden,
        }
    }

    /// The opener, and then all other `authors` but programs.
    fn participants(&self, authors: Vec<Person>) -> Vec<Person> {
        let mut people = vec![self.opener()];
        for author in authors {
            let there = people.iter().any(|person| {
                (person.kind == author.kind && !person.id.is_empty() && person.id == author.id)
                    || (!author.email.is_empty() && email_key(&person.email) == email_key(&author.email))
            });
            if !there && author.kind != "system" {
                people.push(author);
            }
        }
        people
    }
}

/// Lets only people of the staff have tickets.
pub(super) async fn member_of_staff(q: impl Query, staff_id: &str) -> Result<Person> {
    Ok(staff::person(&staff::find(q, staff_id).await?))
}
