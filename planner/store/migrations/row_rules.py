"""Row rules of PostgreSQL in revision 0001: who acts is said once in a transaction, and every table asks who that is.

Nothing that SQL can set says who acts: a row of ``actors`` does, whose key is the transaction. The rules bind the
owner of the tables too (FORCE), so that no statement of the program's own login gets around them. What belongs to whom
is looked up when that row is made, by its trigger; inside triggers, which only revisions make, some rules let more
through.
"""

from typing import Final

_OFFICE: Final = "(SELECT planner_office())"
_VILLAGES: Final = "village_code = ANY ((SELECT (planner_actor()).villages)::text[])"
_STANDING: Final = "(upload_id IS NULL OR upload_id <> ALL ((SELECT (planner_actor()).undone)::bigint[]))"
_SELF: Final = "agent_id = (SELECT (planner_actor()).agent_id)"
_OWN_VISIT: Final = f"{_SELF} AND {_VILLAGES} AND upload_id IS NULL"

BEFORE_TABLES: Final = (
    """CREATE TABLE actors (
         xid xid8 CONSTRAINT pk_actors PRIMARY KEY,
         pid integer NOT NULL,
         user_id bigint,
         login text,
         agent_id bigint,
         office_id bigint,
         villages text[] NOT NULL,
         undone bigint[] NOT NULL)""",
    """CREATE FUNCTION planner_actor() RETURNS actors LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
        DECLARE acting actors;
        BEGIN
          SELECT * INTO acting FROM actors WHERE xid = pg_current_xact_id_if_assigned();
          IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'PLA01', MESSAGE = 'nobody acts in this transaction';
          END IF;
          RETURN acting;
        END $$""",
    """CREATE FUNCTION planner_office() RETURNS boolean LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
        BEGIN
          RETURN (planner_actor()).user_id IS NULL;
        END $$""",
    """CREATE FUNCTION actors_known() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
          today date := (now() AT TIME ZONE 'UTC' + interval '7 hours')::date;
        BEGIN
          NEW.xid := pg_current_xact_id();
          NEW.pid := pg_backend_pid();
          NEW.login := NULL;
          NEW.agent_id := NULL;
          NEW.office_id := NULL;
          NEW.villages := '{}';
          NEW.undone := '{}';
          IF NEW.user_id IS NULL THEN
            RETURN NEW;
          END IF;
          SELECT u.login, a.id, a.office_id INTO NEW.login, NEW.agent_id, NEW.office_id
            FROM users u JOIN agents a ON a.user_id = u.id
            WHERE u.id = NEW.user_id AND u.role = 'agent' AND u.disabled_at IS NULL
              AND (a.left_on IS NULL OR a.left_on > today);
          IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'PLA02', MESSAGE = 'no agent at work has this account';
          END IF;
          NEW.villages := ARRAY(SELECT village_code FROM assignments
            WHERE agent_id = NEW.agent_id AND to_on IS NULL AND from_on <= today);
          NEW.undone := ARRAY(SELECT id FROM uploads WHERE status = 'undone');
          RETURN NEW;
        END $$""",
    # rows of past transactions say nothing any more: who writes clears some away, without waiting for others
    """CREATE FUNCTION actors_cleared() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
          IF current_setting('transaction_isolation') = 'read committed' THEN
            DELETE FROM actors WHERE xid = ANY (ARRAY(
              SELECT xid FROM actors WHERE xid <> pg_current_xact_id() LIMIT 100 FOR UPDATE SKIP LOCKED));
          END IF;
          RETURN NULL;
        END $$""",
    "CREATE TRIGGER actors_known BEFORE INSERT ON actors FOR EACH ROW EXECUTE FUNCTION actors_known()",
    "CREATE TRIGGER actors_cleared AFTER INSERT ON actors FOR EACH ROW EXECUTE FUNCTION actors_cleared()",
    "ALTER TABLE actors ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "CREATE POLICY made ON actors FOR INSERT WITH CHECK (xid = pg_current_xact_id())",
    "CREATE POLICY own ON actors FOR SELECT USING (xid = pg_current_xact_id_if_assigned() OR pg_trigger_depth() > 0)",
    """CREATE POLICY locked ON actors FOR UPDATE
         USING (xid <> pg_current_xact_id() AND pg_trigger_depth() > 0) WITH CHECK (false)""",
    "CREATE POLICY past ON actors FOR DELETE USING (xid <> pg_current_xact_id() AND pg_trigger_depth() > 0)",
    # the office may say so twice, as when a new database gets its tables; that changes nothing
    """CREATE FUNCTION planner_act(account bigint, reads boolean) RETURNS void LANGUAGE plpgsql
        SET search_path FROM CURRENT AS $$
        BEGIN
          IF account IS NULL THEN
            INSERT INTO actors (user_id) VALUES (NULL) ON CONFLICT (xid) DO NOTHING;
          ELSE
            INSERT INTO actors (user_id) VALUES (account);
          END IF;
          IF reads THEN
            PERFORM set_config('transaction_read_only', 'on', true);
          END IF;
        END $$""",
)
"""Statements before the tables are made."""

AFTER_TABLES: Final = (
    "CREATE POLICY agent_sees ON offices FOR SELECT USING (id = (SELECT (planner_actor()).office_id))",
    "CREATE POLICY agent_sees ON agents FOR SELECT USING (id = (SELECT (planner_actor()).agent_id))",
    f"CREATE POLICY agent_sees ON assignments FOR SELECT USING ({_SELF} AND to_on IS NULL AND {_VILLAGES})",
    f"CREATE POLICY agent_sees ON participants FOR SELECT USING ({_VILLAGES} AND {_STANDING})",
    f"CREATE POLICY agent_sees ON funded_groups FOR SELECT USING ({_VILLAGES} AND {_STANDING})",
    f"CREATE POLICY agent_sees ON declared FOR SELECT USING ({_VILLAGES})",
    f"CREATE POLICY agent_sees ON launches FOR SELECT USING ({_VILLAGES})",
    "CREATE POLICY agent_sees ON launch_steps FOR SELECT USING (launch_id IN (SELECT id FROM launches))",
    f"CREATE POLICY agent_sees ON visits FOR SELECT USING ({_SELF} AND {_VILLAGES} AND {_STANDING})",
    f"CREATE POLICY agent_adds ON visits FOR INSERT WITH CHECK ({_OWN_VISIT})",
    f"CREATE POLICY agent_changes ON visits FOR UPDATE USING ({_OWN_VISIT}) WITH CHECK ({_OWN_VISIT})",
    # an agent chooses neither number nor time of writing
    """CREATE FUNCTION visits_by_agent() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            NEW.id := nextval(pg_get_serial_sequence('visits', 'id'));
          ELSE
            NEW.id := OLD.id;
          END IF;
          NEW.written_at := now();
          RETURN NEW;
        END $$""",
    """CREATE FUNCTION visits_told() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
          known text[] := ARRAY['agent_id', 'village_code', 'visited_on', 'dusun', 'met', 'interested', 'registered',
            'obstacle'];
          earlier jsonb;
          later jsonb;
        BEGIN
          SELECT jsonb_object_agg(key, value) INTO later FROM jsonb_each(to_jsonb(NEW)) WHERE key = ANY (known);
          IF TG_OP = 'UPDATE' THEN
            SELECT jsonb_object_agg(key, value) INTO earlier FROM jsonb_each(to_jsonb(OLD)) WHERE key = ANY (known);
          END IF;
          INSERT INTO audit (at, who, what, entity, entity_key, before, after) VALUES (now(),
            (planner_actor()).login, CASE TG_OP WHEN 'INSERT' THEN 'visit.written' ELSE 'visit.changed' END,
            'visits', NEW.id::text, earlier::text, later::text);
          RETURN NULL;
        END $$""",
    """CREATE TRIGGER visits_by_agent BEFORE INSERT OR UPDATE ON visits FOR EACH ROW
         WHEN (NOT planner_office()) EXECUTE FUNCTION visits_by_agent()""",
    """CREATE TRIGGER visits_told AFTER INSERT OR UPDATE ON visits FOR EACH ROW
         WHEN (NOT planner_office()) EXECUTE FUNCTION visits_told()""",
    "SELECT planner_act(NULL, false)",  # the office goes on: the number of the revision is written next
)
"""Statements after the tables are made."""

_ASKED_BY_TRIGGERS: Final = ("users", "agents", "assignments", "uploads", "audit")


def of_table(name: str) -> tuple[str, ...]:
    """Return the rules that every table has: the office sees and changes all rows, nobody else any."""
    inside = f"CASE WHEN pg_trigger_depth() > 0 THEN true ELSE {_OFFICE} END"
    may = inside if name in _ASKED_BY_TRIGGERS else _OFFICE
    return (
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY office ON {name} USING ({may}) WITH CHECK ({may})",
    )
