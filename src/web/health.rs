//! What a supervisor asks: is the process alive, and can it work?

use super::{access::Anonymous, trouble::Answer};
use crate::model::fact;
use axum::{http::StatusCode, response::IntoResponse};

/// `GET /healthz`: the process answers.
pub async fn healthz(_: Anonymous) -> Answer {
    Ok("ok\n".into_response())
}

/// `GET /readyz`: the database answers, and its schema is there.
pub async fn readyz(visit: Anonymous) -> Answer {
    match fact::get(&visit.app().db, "ready").await {
        Ok(_) => Ok("ok\n".into_response()),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Ok((StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response())
        }
    }
}
