//! Plays one act of one fan from beginning to end.

use super::{Act, Outcome, Stamp, Verdict, act::Header};
use crate::{
    answer::Asked,
    clock,
    platform::{
        Platform,
        codes::Scene,
        exchanges::{Exchange, Played},
        fan::{Fan, Following, OpenId},
        journal::{Happening, Via},
        profile::Way,
    },
};

/// Why a fan cannot do that now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// Who left cannot write or tap.
    #[error("the fan does not follow the account: follow or scan first")]
    NotFollowing,
}

impl Platform {
    /// Plays `act`: opens its reply window, delivers the callback, and writes what came of it into the journal.
    ///
    /// No lock is held while the account's server is thinking, so calls by that server about the same fan go through.
    pub async fn play(&self, openid: &OpenId, act: Act) -> Result<Outcome, Impossible> {
        self.play_numbered(openid, act, self.next_msg_id()).await
    }

    /// The same for one who wants to know the message's number afterwards.
    pub async fn play_numbered(
        &self,
        openid: &OpenId,
        act: Act,
        msg_id: u64,
    ) -> Result<Outcome, Impossible> {
        let now = self.now();
        let (act, watched, unheard) = self.with_fan(openid, |fan| {
            let act = begin(fan, act, now)?;
            let unheard = fan.profile.blocked && !matches!(act, Act::Follow { .. } | Act::Unfollow);
            Ok((act, fan.journal.is_watched(), unheard))
        })?;
        if watched {
            self.stir();
        }
        if unheard {
            return Ok(Outcome::unheard());
        }

        let header = Header {
            account: self.account(),
            openid: openid.as_str(),
            created: now / 1000,
            msg_id,
        };
        let seal = self.seal();
        let document = act.document(header).write(seal.format);
        let envelope = seal.wrap(&document, openid.as_str(), &Stamp::fresh(clock::now()));
        let asked = Asked {
            openid: openid.as_str(),
            account: self.account(),
            is_message: act.is_message(),
        };
        self.figures().sent += 1;
        let outcome = self.courier().deliver(&envelope, seal, asked).await;
        self.figures().count(&outcome);
        if watched || !matches!(outcome.verdict, Verdict::Reply | Verdict::Nothing) {
            self.exchanges().add(Exchange::from(Played {
                openid: openid.as_str(),
                kind: act.kind(),
                document: &document,
                envelope: &envelope,
                outcome: &outcome,
                at: now,
            }));
        }

        let now = self.now();
        self.with_fan(openid, |fan| {
            // Who left sees nothing any more, not even that something failed.
            if fan.following != Following::Left
                && let Some(reply) = outcome.reply.clone()
            {
                fan.journal.add(
                    Happening::Message {
                        via: Via::Passive,
                        reply,
                    },
                    now,
                );
            }
            if watched {
                let happening = Happening::Callback {
                    kind: act.kind().to_owned(),
                    text: act.told().to_owned(),
                    document,
                    outcome: outcome.clone(),
                };
                fan.journal.add(happening, now);
            }
        });
        if watched {
            self.stir();
        }
        Ok(outcome)
    }
}

/// What the act means before anybody hears of it. A scan by one who does not follow is a follow.
fn begin(fan: &mut Fan, act: Act, now: u64) -> Result<Act, Impossible> {
    let act = match (act, fan.following) {
        (Act::Scan { scene, ticket }, Following::Unseen | Following::Left) => Act::Follow {
            scene: Some(scene),
            ticket,
        },
        (act @ Act::Follow { .. }, _) => act,
        (_, Following::Left) => return Err(Impossible::NotFollowing),
        (act, _) => act,
    };
    match (&act, fan.following) {
        (Act::Follow { scene, .. }, _) => {
            let way = if scene.is_some() {
                Way::Code
            } else {
                Way::Search
            };
            fan.profile
                .follow(way, scene.as_deref().map(Scene::of), now);
        }
        (_, Following::Unseen) => fan.profile.follow(Way::Before, None, now),
        _ => {}
    }
    fan.following = if act == Act::Unfollow {
        Following::Left
    } else {
        Following::Yes
    };
    if let Some(contact) = act.contact() {
        fan.windows.open(contact, now);
        fan.last_contact = Some(now);
    }
    fan.typing_until = 0;
    fan.journal.add(
        Happening::Did {
            kind: act.kind().to_owned(),
            text: act.told().to_owned(),
        },
        now,
    );
    Ok(act)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan() -> Act {
        Act::Scan {
            scene: "counter-1".to_owned(),
            ticket: None,
        }
    }

    fn say() -> Act {
        Act::Say {
            text: "hi".to_owned(),
            menu_entry: None,
        }
    }

    #[test]
    fn a_stranger_who_scans_begins_to_follow() {
        let mut fan = Fan::unseen();
        assert_eq!(
            begin(&mut fan, scan(), 0),
            Ok(Act::Follow {
                scene: Some("counter-1".to_owned()),
                ticket: None
            })
        );
        assert_eq!(begin(&mut fan, scan(), 0), Ok(scan()));
    }

    #[test]
    fn a_stranger_who_writes_has_followed_before() {
        let mut fan = Fan::unseen();
        begin(&mut fan, say(), 0).unwrap();
        assert_eq!(fan.following, Following::Yes);
    }

    #[test]
    fn who_left_can_only_come_back() {
        let mut fan = Fan::unseen();
        begin(&mut fan, Act::Unfollow, 0).unwrap();
        assert_eq!(begin(&mut fan, say(), 0), Err(Impossible::NotFollowing));
        assert!(
            begin(
                &mut fan,
                Act::Follow {
                    scene: None,
                    ticket: None
                },
                0
            )
            .is_ok()
        );
    }
}
