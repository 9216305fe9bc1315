//! What a fan is told who follows the account or scans one of its QR codes.

use crate::action::{self, Action, Names};
use crate::mistake::Refusal;
use crate::named::Named;
use crate::reply::{self, Setting};
use crate::source::{Node, Table};

/// Characters of a scene; WeChat makes no codes with longer ones.
const MAX_SCENE_CHARS: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Welcome {
    plain: Option<Action>,
    scenes: Named<Scene>,
    prefixes: Named<Scene>,
    /// By tags, the first first.
    segments: Vec<(String, Action)>,
}

/// What one QR code, or all whose scenes begin alike, lead to.
#[derive(Debug)]
struct Scene {
    action: Action,
    /// For those who follow already, if they are told something else.
    scan: Option<Action>,
}

impl Welcome {
    /// Reads `[welcome]`, a field of the document.
    pub(crate) fn compile(document: &Table<'_>, names: &mut Names) -> Result<Self, Refusal> {
        let mut welcome = Self::default();
        let Some(node) = document.get("welcome") else {
            return Ok(welcome);
        };
        let table = node.table(&["reply", "menu", "intent", "handover", "scene", "segment"])?;
        let (scenes, segments) = (table.list("scene")?, table.list("segment")?);
        if action::given(&table) || (scenes.is_empty() && segments.is_empty()) {
            welcome.plain = Some(action::compile(&table, &Setting::event(), names)?);
        }
        for node in scenes {
            welcome.add(node, names)?;
        }
        for node in segments {
            welcome.add_segment(node, names)?;
        }
        Ok(welcome)
    }

    fn add(&mut self, node: &Node, names: &mut Names) -> Result<(), Refusal> {
        let table = node.table(&[
            "scene",
            "prefix",
            "reply",
            "menu",
            "intent",
            "handover",
            "scan_reply",
        ])?;
        let action = action::compile(&table, &Setting::event(), names)?;
        let scan = match table.get("scan_reply") {
            Some(node) => Some(Action::Reply(reply::compile(node, &Setting::event())?)),
            None => None,
        };
        let (all, node) = match (table.get("scene"), table.get("prefix")) {
            (Some(node), None) => (&mut self.scenes, node),
            (None, Some(node)) => (&mut self.prefixes, node),
            _ => return Err(node.refuse("exactly one of scene and prefix belongs here")),
        };
        let name = node.text()?;
        let length = name.chars().count();
        if !(1..=MAX_SCENE_CHARS).contains(&length) {
            let message =
                format!("a scene has 1 to {MAX_SCENE_CHARS} characters, this one {length}");
            return Err(node.refuse(&message));
        }
        if !all.add(name, Scene { action, scan }) {
            return Err(node.refuse(&format!("\"{name}\" is here already")));
        }
        Ok(())
    }

    fn add_segment(&mut self, node: &Node, names: &mut Names) -> Result<(), Refusal> {
        let table = node.table(&["tag", "reply", "menu", "intent", "handover"])?;
        let action = action::compile(&table, &Setting::event(), names)?;
        let node = table.required("tag")?;
        let tag = node.filled("tag")?;
        if self.segments.iter().any(|(other, _)| other == tag) {
            return Err(node.refuse(&format!("\"{tag}\" is here already")));
        }
        self.segments.push((tag.to_owned(), action));
        Ok(())
    }

    /// What those who follow get, with the tag for which they do: by scene, by the first segment they are in, or else.
    pub(crate) fn on_follow(
        &self,
        scene: Option<&str>,
        tags: &[String],
    ) -> Option<(&Action, Option<&str>)> {
        if let Some(scene) = scene.and_then(|scene| self.scene(scene)) {
            return Some((&scene.action, None));
        }
        let segment = self.segments.iter().find(|(tag, _)| tags.contains(tag));
        match segment {
            Some((tag, action)) => Some((action, Some(tag))),
            None => self.plain.as_ref().map(|action| (action, None)),
        }
    }

    pub(crate) fn has_segments(&self) -> bool {
        !self.segments.is_empty()
    }

    pub(crate) fn on_scan(&self, scene: &str) -> Option<&Action> {
        self.scene(scene)
            .map(|scene| scene.scan.as_ref().unwrap_or(&scene.action))
    }

    /// The scene itself, else the longest prefix. The work is bounded by the scene, not by the number of codes.
    fn scene(&self, scene: &str) -> Option<&Scene> {
        let prefix = || {
            let mut ends = (1..=scene.len()).rev();
            ends.find_map(|end| self.prefixes.get(scene.get(..end)?))
        };
        self.scenes.get(scene).or_else(prefix)
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        let scenes = self.scenes.iter().chain(self.prefixes.iter());
        let segments = self.segments.iter().map(|(_, action)| action);
        let scenes = scenes.map(|scene| &scene.action);
        self.plain.iter().chain(scenes).chain(segments)
    }
}
