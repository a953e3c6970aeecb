-- How often a stream was taken without anything of it getting done. A process that an event ends cannot say so; this can.
ALTER TABLE streams ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
-- The same for a run that waited.
ALTER TABLE hook_runs ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
-- Two workers on one stream counted its events down twice, and what came later was passed by.
UPDATE streams SET pending = (SELECT COUNT(*) FROM events e WHERE e.stream = streams.key AND e.dispatched_at IS NULL);

-- The event with which a chain of hooks began; null for what people do.
ALTER TABLE events ADD COLUMN root TEXT;
CREATE INDEX event_by_root ON events (root, seq) WHERE root IS NOT NULL;

-- For whom a hook failed within the window, so that one account alone puts no guard out for all.
ALTER TABLE hook_health ADD COLUMN whose TEXT NOT NULL DEFAULT '';

-- A mail's cause names its route, or its template and its hook: a hook may send one person two mails, and may be called
-- as a template is.
UPDATE emails SET cause = 'route:' || template WHERE cause = template AND NOT EXISTS (
  SELECT 1 FROM hook_runs r WHERE r.event_id = emails.event_id AND r.hook = emails.cause AND r.verb <> 'route');
UPDATE emails SET cause = template || '/' || cause WHERE cause NOT LIKE 'route:%' AND cause NOT LIKE 'again:%';

-- A script by itself keeps its values by its file's name, so that a folder of that name is another plugin. Which of the two
-- wrote them, the rows do not say: both have them.
INSERT INTO plugin_values (plugin, key, value, changed_at)
  SELECT plugin || '.rhai', key, value, changed_at FROM plugin_values;
