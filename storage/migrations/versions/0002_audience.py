"""The audience, strategy, the desk and connected shops."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Amount, Id, Json, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the new tables and columns."""
    op.create_table(
        "endpoints",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("disabled_at", UTCDateTime, nullable=True),
        sa.Column("failing_since", UTCDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoints")),
        sa.UniqueConstraint("uid", name=op.f("uq_endpoints_uid")),
    )
    op.create_table(
        "places",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        sa.Column("product_name", sa.Text(), nullable=True),
        sa.Column("product_url", sa.Text(), nullable=True),
        sa.Column("price", Amount, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("closed_at", UTCDateTime, nullable=True),
        sa.Column("came", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("name", name=op.f("uq_places_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_places_uid")),
    )
    op.create_table(
        "playbook",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("barrier", sa.String(length=32), nullable=False),
        sa.Column("product", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("entry", Json, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playbook")),
        sa.UniqueConstraint("barrier", "product", "language", name=op.f("uq_playbook_barrier_product_language")),
    )
    op.create_table(
        "refunds",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("amount", Amount, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("recorded_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("order_id", "key", name=op.f("uq_refunds_order_id_key")),
    )
    op.create_table(
        "segments",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_segments")),
    )
    op.create_table(
        "share_days",
        sa.Column("campaign", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("cell", sa.String(length=80), nullable=False),
        sa.Column("shares", Json, nullable=False),
        sa.Column("inputs", Json, nullable=False),
        sa.Column("made_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "day", "cell", name=op.f("pk_share_days")),
    )
    op.create_table(
        "snapshots",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=16), nullable=False),
        sa.Column("campaign", sa.String(length=40), nullable=True),
        sa.Column("since", UTCDateTime, nullable=True),
        sa.Column("until", UTCDateTime, nullable=True),
        sa.Column("filters", Json, nullable=False),
        sa.Column("figures", Json, nullable=True),
        sa.Column("computed_at", UTCDateTime, nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("wanted_at", UTCDateTime, nullable=True),
        sa.Column("begun_at", UTCDateTime, nullable=True),
        sa.Column("failed_at", UTCDateTime, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "spend",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("campaign", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("from_day", sa.String(length=10), nullable=False),
        sa.Column("to_day", sa.String(length=10), nullable=False),
        sa.Column("amount", Amount, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spend")),
        sa.UniqueConstraint(
            "source",
            "medium",
            "campaign",
            "from_day",
            "to_day",
            name=op.f("uq_spend_source_medium_campaign_from_day_to_day"),
        ),
    )
    op.create_table(
        "strategies",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("campaign", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=True),
        sa.Column("submitted_at", UTCDateTime, nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", UTCDateTime, nullable=True),
        sa.Column("live_at", UTCDateTime, nullable=True),
        sa.Column("retired_at", UTCDateTime, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategies")),
        sa.UniqueConstraint("campaign", "version", name=op.f("uq_strategies_campaign_version")),
    )
    op.create_table(
        "verdicts",
        sa.Column("campaign", sa.String(length=40), nullable=False),
        sa.Column("comparison", sa.String(length=32), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("made_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("campaign", "comparison", "week", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "checkouts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("shop", sa.String(length=16), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("prospect_id", Id, nullable=True),
        sa.Column("report", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("updated_at", UTCDateTime, nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=False),
        sa.Column("closed_at", UTCDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_checkouts_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkouts")),
        sa.UniqueConstraint("shop", "key", name=op.f("uq_checkouts_shop_key")),
    )
    op.create_index(
        "ix_checkouts_open",
        "checkouts",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_checkouts_prospect_id", "checkouts", ["prospect_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("endpoint_id", Id, nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("prospect_id", Id, nullable=True),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UTCDateTime, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("delivered_at", UTCDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoints.id"], name=op.f("fk_deliveries_endpoint_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_deliveries_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("endpoint_id", "message_id", name=op.f("uq_deliveries_endpoint_id_message_id")),
    )
    op.create_index(
        "ix_deliveries_live",
        "deliveries",
        ["not_before", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index("ix_deliveries_prospect_id", "deliveries", ["prospect_id"], unique=False)
    op.create_table(
        "profile_reasons",
        sa.Column("prospect_id", Id, autoincrement=False, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_profile_reasons_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("prospect_id", name=op.f("pk_profile_reasons")),
    )
    op.create_table(
        "profiles",
        sa.Column("prospect_id", Id, autoincrement=False, nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=True),
        sa.Column("computed_at", UTCDateTime, nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=True),
        sa.Column("fit", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("engagement", sa.Float(), nullable=True),
        sa.Column("engaged_at", UTCDateTime, nullable=True),
        sa.Column("engagement_log", sa.Float(), nullable=True),
        sa.Column("level_1_until", UTCDateTime, nullable=True),
        sa.Column("level_2_until", UTCDateTime, nullable=True),
        sa.Column("orders_total", sa.Integer(), nullable=True),
        sa.Column("orders_year", sa.Integer(), nullable=True),
        sa.Column("revenue_year", Amount, nullable=True),
        sa.Column("last_bought_at", UTCDateTime, nullable=True),
        sa.Column("recency", sa.Integer(), nullable=True),
        sa.Column("frequency", sa.Integer(), nullable=True),
        sa.Column("monetary", sa.Integer(), nullable=True),
        sa.Column("rfm", sa.String(length=24), nullable=True),
        sa.Column("by_frequency", sa.String(length=16), nullable=True),
        sa.Column("by_volume", sa.String(length=16), nullable=True),
        sa.Column("by_influence", sa.String(length=16), nullable=True),
        sa.Column("by_profile", sa.String(length=16), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("stage_at", UTCDateTime, nullable=True),
        sa.Column("qualification", sa.String(length=16), nullable=True),
        sa.Column("next_action", sa.String(length=32), nullable=True),
        sa.Column("barrier", sa.String(length=32), nullable=True),
        sa.Column("learning_segment", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_profiles_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("prospect_id", name=op.f("pk_profiles")),
    )
    op.create_index("ix_profiles_due_at", "profiles", ["due_at"], unique=False)
    op.create_index("ix_profiles_qualification", "profiles", ["qualification"], unique=False)
    op.create_index("ix_profiles_stage", "profiles", ["stage", "stage_at"], unique=False)
    # Who is known already is judged at the next start.
    op.execute("INSERT INTO profiles (prospect_id, due_at) SELECT id, created_at FROM prospects")
    op.create_table(
        "rule_versions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_versions")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_rule_versions_kind_version")),
    )
    op.create_table(
        "prospect_facts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("prospect_id", Id, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("recorded_at", UTCDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_prospect_facts_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect_facts")),
        sa.UniqueConstraint("prospect_id", "name", name=op.f("uq_prospect_facts_prospect_id_name")),
    )
    op.create_index("ix_prospect_facts_name_number", "prospect_facts", ["name", "number"], unique=False)
    op.create_index("ix_prospect_facts_name_text", "prospect_facts", ["name", "text"], unique=False)
    op.create_table(
        "stage_changes",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("prospect_id", Id, nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("recorded_at", UTCDateTime, nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("segment", sa.String(length=16), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_stage_changes_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_changes")),
    )
    op.create_index("ix_stage_changes_at", "stage_changes", ["at", "stage", "prospect_id"], unique=False)
    op.create_index("ix_stage_changes_prospect_id", "stage_changes", ["prospect_id", "id"], unique=False)
    op.create_table(
        "walk_ins",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("prospect_id", Id, nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("barrier", sa.String(length=32), nullable=False),
        sa.Column("sub_code", sa.String(length=40), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("undone_at", UTCDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_walk_ins_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_ins")),
        sa.UniqueConstraint("uid", name=op.f("uq_walk_ins_uid")),
    )
    op.create_index("ix_walk_ins_at", "walk_ins", ["at"], unique=False)
    op.create_index("ix_walk_ins_prospect_id", "walk_ins", ["prospect_id"], unique=False)
    op.create_table(
        "choices",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("prospect_id", Id, nullable=True),
        sa.Column("conversation_id", Id, nullable=True),
        sa.Column("campaign", sa.String(length=40), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("arm", sa.String(length=16), nullable=False),
        sa.Column("barrier", sa.String(length=32), nullable=True),
        sa.Column("segment", sa.String(length=16), nullable=True),
        sa.Column("strategy", sa.Integer(), nullable=True),
        sa.Column("eligible", Json, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("shares", Json, nullable=True),
        sa.Column("chosen", sa.String(length=40), nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_choices_conversation_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_choices_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
    )
    op.create_index("ix_grants_campaign_granted_at", "grants", ["campaign", "granted_at"], unique=False)
    op.create_index("ix_grants_granted_at", "grants", ["granted_at"], unique=False)
    op.create_index("ix_choices_campaign_at", "choices", ["campaign", "at"], unique=False)
    op.create_index("ix_choices_conversation_id", "choices", ["conversation_id"], unique=False)
    op.create_index("ix_choices_prospect_id", "choices", ["prospect_id"], unique=False)
    op.create_table(
        "reply_uses",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("reply", sa.String(length=64), nullable=False),
        sa.Column("barrier", sa.String(length=32), nullable=True),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_reply_uses_conversation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_uses")),
    )
    op.create_index("ix_reply_uses_conversation_id", "reply_uses", ["conversation_id"], unique=False)
    op.create_index("ix_reply_uses_reply", "reply_uses", ["reply", "at"], unique=False)
    op.create_table(
        "tasks",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uid", sa.String(length=22), nullable=False),
        sa.Column("prospect_id", Id, nullable=False),
        sa.Column("conversation_id", Id, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("due_at", UTCDateTime, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("contact", Json, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("dedupe_key", sa.String(length=80), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("done_at", UTCDateTime, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_tasks_conversation_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_tasks_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_tasks_dedupe_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_tasks_uid")),
    )
    op.create_index("ix_tasks_conversation_id", "tasks", ["conversation_id"], unique=False)
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_tasks_prospect_id", "tasks", ["prospect_id"], unique=False)
    # Several options may be ticked: their ids stand together.
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("value", existing_type=sa.String(length=40), type_=sa.Text(), existing_nullable=True)
    op.add_column("purchases", sa.Column("refunded", Amount, nullable=True))
    op.add_column("api_keys", sa.Column("scopes", Json, nullable=True))
    op.add_column("conversations", sa.Column("arm", sa.String(length=16), server_default="offer", nullable=False))
    op.add_column("conversations", sa.Column("segment", sa.String(length=16), nullable=True))
    op.add_column("conversations", sa.Column("lot", sa.String(length=8), nullable=True))
    op.create_index(
        "ix_conversations_lot",
        "conversations",
        ["campaign", "created_at", "lot"],
        sqlite_where=sa.text("lot IS NOT NULL"),
        postgresql_where=sa.text("lot IS NOT NULL"),
    )
    op.add_column("prospects", sa.Column("provenance", Json, server_default="{}", nullable=False))
    op.create_table(
        "answer_counts",
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("barrier", sa.String(length=32), nullable=False),
        sa.Column("former", sa.String(length=10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("by", "day", "name", "barrier", "former", name=op.f("pk_answer_counts")),
        sqlite_with_rowid=False,
    )
    _count_answers()
    op.create_table(
        "step_counts",
        sa.Column("campaign", sa.String(length=40), nullable=False),
        sa.Column("flow", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("campaign", "flow", "step", name=op.f("pk_step_counts")),
        sqlite_with_rowid=False,
    )
    _count_steps()
    op.create_table(
        "stage_counts",
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("by", "day", "name", "stage", name=op.f("pk_stage_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journeys",
        sa.Column("prospect_id", Id, autoincrement=False, nullable=False),
        sa.Column("came_at", UTCDateTime, nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("qualified", sa.Integer(), nullable=False),
        sa.Column("bought", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=True),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.Column("revenue", Amount, nullable=False),
        sa.ForeignKeyConstraint(
            ["prospect_id"], ["prospects.id"], name=op.f("fk_journeys_prospect_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("prospect_id", name=op.f("pk_journeys")),
    )
    op.create_index("ix_journeys_came_at", "journeys", ["came_at"], unique=False)
    op.create_index("ix_journeys_product", "journeys", ["product", "came_at"], unique=False)
    op.create_index("ix_journeys_source", "journeys", ["source", "came_at"], unique=False)
    op.create_table(
        "journey_days",
        sa.Column("span", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("qualified", sa.Integer(), nullable=False),
        sa.Column("bought", sa.Integer(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("unpriced", sa.Integer(), nullable=False),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.Column("revenue", Amount, nullable=False),
        sa.PrimaryKeyConstraint("span", "source", "medium", "campaign", name=op.f("pk_journey_days")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_answers_naming",
        "answers",
        ["answered_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL AND barriers <> '[]'"),
        postgresql_where=sa.text("superseded_at IS NULL AND barriers <> '[]'"),
    )
    op.create_index(
        "ix_answers_product",
        "answers",
        ["product", "answered_at"],
        unique=False,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_index("ix_codes_pool", "codes", ["offer", "used_at", "expires_at"], unique=False)
    op.create_index("ix_prospects_created_at", "prospects", ["created_at"], unique=False)
    # ### end Alembic commands ###


def _count_answers() -> None:
    """Count the answers that stand already, as the turns count new ones from now on."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    barrier = "json_extract(barriers, '$[0]')" if sqlite else "barriers->>0"
    day = "substr(answered_at, 1, 10)" if sqlite else "to_char(answered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    standing = f"superseded_at IS NULL AND {barrier} IS NOT NULL"
    into, any_of_them = 'INSERT INTO answer_counts ("by", day, name, barrier, former, n) ', "''"

    def counted(name: str, named: str, where: str = standing) -> str:
        """Every day on which a conversation named something, by the day it had done so last before."""
        what = f"conversation_id, {name} AS name, {named} AS barrier, {day} AS day"
        days = f"SELECT DISTINCT {what} FROM answers WHERE {where}"  # noqa: S608 - our own words
        before = "lag(day) OVER (PARTITION BY conversation_id, name, barrier ORDER BY day)"
        once = f"SELECT day, name, barrier, coalesce({before}, '') AS former FROM ({days}) AS days"  # noqa: S608 - as above
        by_what = "day, name, barrier, former"
        return f"SELECT {by_what}, count(*) AS n FROM ({once}) AS once GROUP BY {by_what}"  # noqa: S608 - as above

    for by in ("campaign", "product", "language", "source", "channel"):
        name = f"coalesce({by}, '')"
        named = counted(name, barrier)
        op.execute(f"{into} SELECT '{by}', day, name, barrier, former, n FROM ({named}) AS named")  # noqa: S608 - as above
        # Who named two barriers is one person: what the sum over the barriers has to be corrected by.
        op.execute(
            f"{into} SELECT '{by}', day, name, '', former, sum(n) FROM ("  # noqa: S608 - as above
            f"SELECT day, name, former, n FROM ({counted(name, any_of_them)}) AS anything UNION ALL "
            f"SELECT day, name, former, -n FROM ({named}) AS named"
            ") AS whole GROUP BY day, name, former HAVING sum(n) <> 0"
        )
    finer = counted("sub_code", any_of_them, f"{standing} AND sub_code IS NOT NULL")
    op.execute(f"{into} SELECT 'sub_code', day, name, barrier, former, n FROM ({finer}) AS finer")  # noqa: S608 - as above


def _count_steps() -> None:
    """Count the conversations that have answered already: by question, and in all."""
    into = "INSERT INTO step_counts (campaign, flow, step, n)"
    number = "count(DISTINCT conversation_id) FROM answers WHERE superseded_at IS NULL"
    op.execute(f"{into} SELECT campaign, flow, step, {number} GROUP BY campaign, flow, step")
    op.execute(f"{into} SELECT campaign, '', '', {number} GROUP BY campaign")
