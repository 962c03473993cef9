"""Row rules of PostgreSQL in revision 0002: an assignment holds through its last day; the office can look as an agent.

A look needs no account: the row of ``actors`` names the agent alone, and its transaction cannot write. As before, who
acts is said once in a transaction, so that an agent's statement cannot say it again.
"""

from typing import Final

_TODAY: Final = "(now() AT TIME ZONE 'UTC' + interval '7 hours')::date"
_HOLDS: Final = f"from_on <= {_TODAY} AND (to_on IS NULL OR to_on >= {_TODAY})"
_VILLAGES: Final = "village_code = ANY ((SELECT (planner_actor()).villages)::text[])"
_SELF: Final = "agent_id = (SELECT (planner_actor()).agent_id)"

BEFORE_TABLES: Final = (
    """CREATE OR REPLACE FUNCTION planner_office() RETURNS boolean LANGUAGE plpgsql STABLE
        SET search_path FROM CURRENT AS $$
        DECLARE acting actors := planner_actor();
        BEGIN
          RETURN acting.user_id IS NULL AND acting.agent_id IS NULL;
        END $$""",
    """CREATE OR REPLACE FUNCTION actors_known() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        DECLARE
          today date := (now() AT TIME ZONE 'UTC' + interval '7 hours')::date;
          looked_as bigint := NEW.agent_id;
        BEGIN
          NEW.xid := pg_current_xact_id();
          NEW.pid := pg_backend_pid();
          NEW.login := NULL;
          NEW.agent_id := NULL;
          NEW.office_id := NULL;
          NEW.villages := '{}';
          NEW.undone := '{}';
          IF NEW.user_id IS NULL AND looked_as IS NULL THEN
            RETURN NEW;
          END IF;
          IF NEW.user_id IS NULL THEN
            SELECT a.id, a.office_id INTO NEW.agent_id, NEW.office_id
              FROM agents a LEFT JOIN users u ON u.id = a.user_id
              WHERE a.id = looked_as AND (u.id IS NULL OR (u.role = 'agent' AND u.disabled_at IS NULL))
                AND (a.left_on IS NULL OR a.left_on > today);
          ELSE
            SELECT u.login, a.id, a.office_id INTO NEW.login, NEW.agent_id, NEW.office_id
              FROM users u JOIN agents a ON a.user_id = u.id
              WHERE u.id = NEW.user_id AND u.role = 'agent' AND u.disabled_at IS NULL
                AND (a.left_on IS NULL OR a.left_on > today);
          END IF;
          IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'PLA02', MESSAGE = 'no agent at work has this account';
          END IF;
          NEW.villages := ARRAY(SELECT DISTINCT village_code FROM assignments
            WHERE agent_id = NEW.agent_id AND from_on <= today AND (to_on IS NULL OR to_on >= today));
          NEW.undone := ARRAY(SELECT id FROM uploads WHERE status = 'undone');
          RETURN NEW;
        END $$""",
    """CREATE FUNCTION planner_look(agent bigint) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
          INSERT INTO actors (agent_id) VALUES (agent);
          PERFORM set_config('transaction_read_only', 'on', true);
        END $$""",
)
"""Statements before the tables are made."""

AFTER_TABLES: Final = (
    "DROP POLICY agent_sees ON assignments",
    f"CREATE POLICY agent_sees ON assignments FOR SELECT USING ({_SELF} AND {_HOLDS})",
    f"CREATE POLICY agent_sees ON visit_dates FOR SELECT USING ({_SELF} AND {_VILLAGES})",
    # an agent chooses neither number nor time of writing, and the key of an entry once only
    """CREATE OR REPLACE FUNCTION visits_by_agent() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            NEW.id := nextval(pg_get_serial_sequence('visits', 'id'));
          ELSE
            NEW.id := OLD.id;
            NEW.entry_key := OLD.entry_key;
          END IF;
          NEW.written_at := now();
          RETURN NEW;
        END $$""",
)
"""Statements after the tables are made."""
