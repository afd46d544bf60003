using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using static WorkflowEngine.Storage.Db;

namespace Unions.Plans;

/// <summary>What became of a wish to open a plan.</summary>
public abstract record PlanCreation
{
    /// <summary>The draft exists and its workflow has a start event; run it with <c>Runner.RunNowAsync(RootId)</c>.</summary>
    public sealed record Created(Guid PlanId, Guid RootId) : PlanCreation;

    /// <summary>No such unit, definition without published version, or no right to draft there: told apart by <paramref name="Field"/>.</summary>
    public sealed record Refused(string Field, string Vi, string En) : PlanCreation;

    /// <summary>The actor may not draft plans of this unit.</summary>
    public sealed record NotYours : PlanCreation;
}

/// <summary>
/// Opens a plan: the draft, its recipients, the workflow instance and its start event in one transaction. From its commit on nothing can be lost:
/// the instance waits with its event until a Runner takes it.
/// </summary>
public static class CreatePlan
{
    private const string Resolve =
        """
        -- CreatePlan.Resolve
        select u.id, u.path, u.name, u.short_name, coalesce(u.attributes ->> 'symbol', u.short_name),
          d.id, d.version, (select array_agg(r.code) from unnest($3::text[]) as r (code) where not exists (select 1 from unit x where x.code = r.code))
        from unit u
        left join definition_version d on d.definition_id = $2 and d.is_published and d.deleted_at is null
        where u.code = $1
        """;

    private const string InsertPlan =
        """
        -- CreatePlan.InsertPlan
        insert into plan (id, unit_id, campaign_year, doc_type, symbol, subject, place, parent_id, parent_text, content, legal_bases,
          signature_block, definition_id, root_id, created_by, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)
        """;

    private const string InsertRecipients =
        """
        -- CreatePlan.InsertRecipients
        insert into plan_recipient (plan_id, n, label, unit_id, selector, action_code, action, channel, address)
        select $1, r.n, r.value ->> 'label', u.id, r.value -> 'selector', r.value ->> 'actionCode', r.value ->> 'action', r.value ->> 'channel',
          r.value ->> 'address'
        from jsonb_array_elements($2::jsonb) with ordinality as r (value, n)
        left join unit u on u.code = r.value ->> 'unit'
        """;

    private const string InsertInstance =
        """
        -- CreatePlan.InsertInstance
        insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, correlation_id, name, created_at, updated_at)
        values ($1, $2, $3, $4, $1, $5, $6, $7, $8, $8)
        """;

    private const string InsertEvent =
        """
        -- CreatePlan.InsertEvent
        insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at) values ($1, $2, $3, $4, $5, $6)
        """;

    private const string InsertAudit =
        """
        -- CreatePlan.InsertAudit
        insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id, detail)
        values ($1, $2, $3, $4, 'plan.create', $5, $5, $6, $7)
        """;

    /// <summary>Runs the command at business time <paramref name="now"/>; <paramref name="recordedAt"/> is the system clock for the audit.</summary>
    public static async Task<PlanCreation> RunAsync(
        NpgsqlDataSource database, Actor actor, PlanDraft draft, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(draft);
        if (Check(draft) is { } wrong) return wrong;

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await ReadAsync(connection, draft, cancellation);
        if (found is null) return new PlanCreation.Refused("unit", $"Không có đơn vị mã “{draft.Unit}”.", $"There is no unit with the code \"{draft.Unit}\".");
        if (!actor.May(Permission.DraftPlan, found.Path)) return new PlanCreation.NotYours();
        if (found.VersionId is null)
            return new PlanCreation.Refused("definitionId", $"Quy trình “{draft.DefinitionId}” chưa được công bố.", $"\"{draft.DefinitionId}\" has no published version.");
        if (found.UnknownUnits is { Length: > 0 } unknown)
            return new PlanCreation.Refused("recipients", $"Nơi nhận có mã đơn vị không tồn tại: {string.Join(", ", unknown)}.", $"Recipients name unknown units: {string.Join(", ", unknown)}.");

        // The plan and the instance that carries it have one id: whatever names a root names the plan.
        var planId = Guid.CreateVersion7(now);
        var rootId = planId;
        var symbol = DocumentNumber.Of(draft.DocType, found.Symbol);
        var input = new JsonObject
        {
            ["planId"] = planId.ToString(),
            ["campaignYear"] = draft.CampaignYear,
            ["plan"] = new JsonObject
            {
                ["id"] = planId.ToString(),
                ["campaignYear"] = draft.CampaignYear,
                ["docType"] = symbol.Type,
                ["symbol"] = symbol.Symbol,
                ["subject"] = draft.Subject,
                ["issuer"] = found.Name,
                ["issuerShort"] = found.ShortName,
            },
        };

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.Add(InsertPlan, P(planId), P(found.UnitId), P(draft.CampaignYear), P(symbol.Type!), P(symbol.Symbol), P(draft.Subject), P(draft.Place, NpgsqlDbType.Text),
            P(draft.ParentId, NpgsqlDbType.Uuid), P(draft.ParentText, NpgsqlDbType.Text), P(draft.Content, NpgsqlDbType.Text), Json(JsonSerializer.Serialize(draft.LegalBases, PlanDraft.Json)),
            Json(JsonSerializer.Serialize(draft.SignatureBlock, PlanDraft.Json)), P(draft.DefinitionId), P(rootId), P(actor.Id, NpgsqlDbType.Uuid), Instant(now));
        batch.Add(InsertRecipients, P(planId), Json(JsonSerializer.Serialize(draft.Recipients, PlanDraft.Json)));
        batch.Add(InsertInstance, P(rootId), P(draft.DefinitionId), P(found.VersionId), P(found.Version!.Value), P(found.UnitId), P(planId.ToString()), P(draft.Subject), Instant(now));
        batch.Add(InsertEvent, P(rootId), P(EventKind.Start), JsonText(new JsonObject { ["input"] = input }.ToJsonString()), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(now));
        batch.Add(InsertAudit, Instant(now), Instant(recordedAt), P(actor.Id, NpgsqlDbType.Uuid), P(actor.OnBehalfOf, NpgsqlDbType.Uuid), P(rootId), P(found.UnitId),
            Json(new JsonObject { ["planId"] = planId.ToString(), ["subject"] = draft.Subject }.ToJsonString()));
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new PlanCreation.Created(planId, rootId);
    }

    private static PlanCreation.Refused? Check(PlanDraft draft)
    {
        if (string.IsNullOrWhiteSpace(draft.Subject)) return new("subject", "Nhập trích yếu của kế hoạch.", "Enter the subject of the plan.");
        if (draft.CampaignYear is < 1900 or > 2999) return new("campaignYear", "Năm của kế hoạch từ 1900 đến 2999.", "The plan's year lies within 1900 and 2999.");
        if (!DocumentNumber.IsType(draft.DocType))
            return new("docType", $"“{draft.DocType}” không phải chữ viết tắt tên loại văn bản.", $"\"{draft.DocType}\" is no abbreviation of a document type.");
        if (draft.Recipients.Any(r => r.Action is not ("action" or "report" or "direction" or "information" or "file") || r.Channel is not ("electronic" or "paper")
            || r.ActionCode is not (null or "t/h" or "b/c" or "c/đ" or "để biết") || string.IsNullOrWhiteSpace(r.Label)))
            return new("recipients", "Mỗi nơi nhận có tên, cách xử lý (thực hiện, báo cáo, chỉ đạo, để biết, lưu) và hình thức gửi.", "Each recipient has a label, an action and a channel.");
        return draft.Recipients.Any(r => (r.Unit is null ? 0 : 1) + (r.Selector is null ? 0 : 1) + (r.Address is null ? 0 : 1) > 1)
            ? new("recipients", "Mỗi nơi nhận chỉ là một đơn vị, một nhóm đơn vị hoặc một địa chỉ ngoài.", "A recipient is one unit, one selection of units or one address.")
            : null;
    }

    private sealed record Found(long UnitId, string Path, string Name, string ShortName, string Symbol, string? VersionId, int? Version, string[]? UnknownUnits);

    private static async Task<Found?> ReadAsync(NpgsqlConnection connection, PlanDraft draft, CancellationToken cancellation)
    {
        await using var read = Command(connection, Resolve, P(draft.Unit), P(draft.DefinitionId), P(draft.Recipients.Select(r => r.Unit).OfType<string>().ToArray()));
        await using var rows = await read.ExecuteReaderAsync(cancellation);
        if (!await rows.ReadAsync(cancellation)) return null;
        return new Found(rows.GetInt64(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetString(4),
            rows.TextOrNull(5), rows.ValueOrNull<int>(6), rows.IsDBNull(7) ? null : rows.GetFieldValue<string[]>(7));
    }
}
