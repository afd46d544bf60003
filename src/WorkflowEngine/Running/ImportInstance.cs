using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Definitions;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using static WorkflowEngine.Storage.Db;

namespace WorkflowEngine.Running;

/// <summary>What became of a file that holds an instance. <paramref name="Code"/> null: it goes on here, as <paramref name="Id"/>.</summary>
public sealed record ImportAnswer(Guid Id, string? Code = null, string English = "", string Vietnamese = "");

/// <summary>
/// Takes an instance in that ran in another installation, as a file of <see cref="Portable"/> holds it. An intake: it creates the instance with one
/// event that carries the state; the first burst here takes the state over, with its waits for events and times. Waits for people's tasks, children and
/// answers of other servers stay where their rows are: an instance that has some is refused, and nothing of it is written.
/// </summary>
public sealed class ImportInstance(NpgsqlDataSource database, DefinitionStore definitions, Runner runner)
{
    private const string IsHere =
        "exists (select from every_instance where id = $1) or exists (select from bookmark where id = any($9)) or exists (select from every_incident where id = any($14))";

    private const string Create =
        $"""
        -- ImportInstance.Create
        with version as (
          select v.id, v.definition_id, v.version, {StartWorkflow.KeyStart}$4{StartWorkflow.KeyMiddle}$4{StartWorkflow.KeyEnd} as key from definition_version v
          where v.id = $2 and v.deleted_at is null and not ({IsHere})),
        claimed as (
          insert into activation (key, instance_id) select key, $1 from version where key is not null and $13 on conflict (key) do nothing returning key),
        created as (
          insert into instance (id, definition_id, definition_version_id, version, root_id, unit_id, correlation_id, name, created_at, updated_at)
          select $1, v.definition_id, v.id, v.version, $1, $3, $4, $5, $6, $7 from version v where v.key is null or not $13 or exists (select from claimed)
          on conflict (id) do nothing returning id, unit_id),
        frozen as (
          update definition_version v set frozen_at = coalesce(v.frozen_at, $7) from created where v.id = $2),
        told as (
          insert into instance_event (instance_id, kind, body, actor_id, on_behalf_of, at) select id, 'import', $8, $10, $11, $7 from created),
        trail as (
          insert into audit (at, recorded_at, actor_id, on_behalf_of, action, root_id, instance_id, unit_id)
          select $7, $12, $10, $11, 'instance.import', id, id, unit_id from created)
        select (select count(*) from created)::int, {IsHere}
        """;

    private const string Unit =
        """
        -- ImportInstance.Unit
        select id, path from unit where code = $1
        """;

    private const string Known =
        """
        -- ImportInstance.Version
        select id from definition_version where id = $1 and deleted_at is null
        """;

    /// <summary>What of an instance is needed elsewhere, beside its state; <paramref name="pending"/>: events that it has not taken yet.</summary>
    public static JsonObject Portable(
        Guid id, Guid? parentId, Workflow workflow, string? unitCode, string? correlationId, string? name, DateTimeOffset createdAt, string state, int pending) => new()
        {
            ["id"] = id.ToString(),
            ["parentId"] = parentId?.ToString(),
            ["definitionId"] = workflow.DefinitionId,
            ["definitionVersionId"] = workflow.Id,
            ["version"] = workflow.Version,
            ["content"] = ContentOf(workflow),
            ["unit"] = unitCode,
            ["correlationId"] = correlationId,
            ["name"] = name,
            ["createdAt"] = createdAt,
            ["pendingEvents"] = pending,
            ["state"] = JsonNode.Parse(state),
        };

    /// <summary>Takes the instance in for an actor who operates its unit; checked as a whole before anything is written.</summary>
    public async Task<ImportAnswer> RunAsync(Actor actor, JsonObject portable, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(portable);
        if (!Guid.TryParse(portable["id"].AsText(), out var id) || portable["definitionVersionId"].AsText() is not { } versionId || portable["state"] is not JsonObject given || !StorableText.Holds(portable))
            return Refused("unreadable", "The file lacks id, definitionVersionId or state.", "Tệp thiếu id, definitionVersionId hoặc state.");
        if (portable["parentId"] is not null) return Refused("child", "It is a child of another instance, which would not hear of its end.", "Đây là lượt con của một lượt chạy khác.");
        if (portable["pendingEvents"]?.ToString() is not ("0" or null)) return Refused("pending", "Events were waiting for it when it was exported; export it once it is at rest.", "Khi xuất còn sự kiện đang chờ; hãy xuất lại khi lượt chạy đã đứng yên.");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if ((await Command(connection, Known, P(versionId)).ListAsync(r => r.GetString(0), cancellation)).Count == 0)
            return Refused("no_definition", $"The version '{versionId}' of '{portable["definitionId"]}' is not here. Import the definition first.", $"Chưa có bản '{versionId}' của '{portable["definitionId"]}'. Hãy nhập định nghĩa trước.");
        var workflow = await definitions.GetAsync(versionId, connection, cancellation);
        if (portable["content"].AsText() != ContentOf(workflow))
            return Refused("other_definition", $"The version '{versionId}' here is another one than the instance ran on.", $"Bản '{versionId}' ở đây khác với bản mà lượt chạy đã dùng.");
        if (Read(given, workflow, out var state) is { } wrong) return wrong;
        (long Id, string Path)? unit = null;
        if (portable["unit"].AsText() is { } code)
        {
            unit = (await Command(connection, Unit, P(code)).ListAsync(r => ((long, string)?)(r.GetInt64(0), r.GetString(1)), cancellation)).FirstOrDefault();
            if (unit is null) return Refused("no_unit", $"There is no unit '{code}' here.", $"Ở đây không có đơn vị '{code}'.");
        }

        if (unit is { } where ? !actor.May(Permission.Operate, where.Path) : !actor.May(Permission.Operate))
            return Refused("forbidden", "You may not operate instances of this unit.", "Bạn không được vận hành quy trình của đơn vị này.");
        var createdAt = DateTimeOffset.TryParse(portable["createdAt"]?.ToString(), System.Globalization.CultureInfo.InvariantCulture, out var at) && at < now ? at.ToUniversalTime() : now;
        var body = new JsonObject { ["state"] = given.DeepClone() };
        var waits = state.Bookmarks.Select(b => Guid.Parse(b.Id)).ToArray();
        var (created, exists) = (await Command(connection, Create, P(id), P(versionId), P(unit?.Id, NpgsqlDbType.Bigint), P(portable["correlationId"].AsText(), NpgsqlDbType.Text),
            P(portable["name"].AsText(), NpgsqlDbType.Text), Instant(createdAt), Instant(now), JsonText(body.ToJsonString()), Uuids(waits), P(actor.Id, NpgsqlDbType.Uuid),
            P(actor.OnBehalfOf, NpgsqlDbType.Uuid), Instant(recordedAt), P(state.Status == InstanceStatus.Running), Uuids([.. state.Incidents.Select(i => Guid.Parse(i.Id))])).ListAsync(r => (r.GetInt32(0), r.GetBoolean(1)), cancellation))[0];
        if (created == 0)
            return exists
                ? Refused("exists", $"The instance {id} is here already.", $"Lượt chạy {id} đã có ở đây.")
                : Refused("busy", $"'{workflow.DefinitionId}' allows no further instance while one runs.", $"'{workflow.DefinitionId}' không cho chạy thêm khi còn một lần đang chạy.");
        await connection.CloseAsync();
        await runner.RunNowAsync(id, cancellation);
        return new ImportAnswer(id);
    }

    /// <summary>Reads the state and checks that this version can go on from it; what a burst would stumble over is refused here.</summary>
    private static ImportAnswer? Read(JsonObject given, Workflow workflow, out InstanceState state)
    {
        state = new InstanceState();
        var text = given.ToJsonString();
        try
        {
            state = InstanceState.FromJson(text);
        }
        catch (JsonException e)
        {
            return Refused("unreadable", $"The state cannot be read: {e.Message}", "Không đọc được trạng thái.");
        }

        if (state is { Contexts: null } or { Bookmarks: null } or { Incidents: null } or { Queue: null } or { Input: null } or { Output: null } or { Properties: null })
            return Refused("unreadable", "The state lacks a list that every state has.", "Trạng thái thiếu phần bắt buộc.");
        if (Encoding.UTF8.GetByteCount(text) > Runner.MaximumStateBytes) return Refused("too_large", $"The state takes more than {Runner.MaximumStateBytes / 1024} kB.", $"Trạng thái lớn hơn {Runner.MaximumStateBytes / 1024} kB.");
        if (state.Contexts.Contains(null!) || state.Bookmarks.Contains(null!) || state.Incidents.Contains(null!) || state.Queue.Contains(null!))
            return Refused("unreadable", "A list of the state has an empty place.", "Một danh sách của trạng thái có chỗ trống.");
        var contexts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var context in state.Contexts)
            if (string.IsNullOrEmpty(context.Id) || workflow.FindNode(context.NodeId) is null || (context.ParentId is null ? contexts.Count > 0 : !contexts.Contains(context.ParentId)) || !contexts.Add(context.Id))
                return Refused("unreadable", $"The execution '{context.Id}' of '{context.NodeId}' does not fit the definition.", $"Lần chạy '{context.Id}' của '{context.NodeId}' không khớp với định nghĩa.");
        foreach (var wait in state.Bookmarks)
        {
            if (!Guid.TryParse(wait.Id, out _) || string.IsNullOrEmpty(wait.Name) || !contexts.Contains(wait.ContextId) || workflow.FindNode(wait.NodeId) is null)
                return Refused("unreadable", $"The wait '{wait.Id}' does not fit the definition.", $"Điểm chờ '{wait.Id}' không khớp với định nghĩa.");
            if (wait.Hash is null && wait.DueAt is null)
                return Refused("waits_elsewhere", $"'{wait.NodeId}' waits for a task, a child or an answer that stays where it is.", $"'{wait.NodeId}' đang chờ một việc, một lượt con hoặc một trả lời chỉ có ở nơi cũ.");
        }

        if (state.Incidents.Exists(i => !Guid.TryParse(i.Id, out _))) return Refused("unreadable", "An incident has no id.", "Sự cố không có mã.");
        return AreTwice(state.Bookmarks.Select(b => b.Id)) || AreTwice(state.Incidents.Select(i => i.Id)) ? Refused("unreadable", "Two waits, or two incidents, have one id.", "Hai điểm chờ hoặc hai sự cố trùng mã.") : null;

        static bool AreTwice(IEnumerable<string> ids) => ids.Select(Guid.Parse).GroupBy(id => id).Any(same => same.Count() > 1);
    }

    private static string ContentOf(Workflow workflow) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DefinitionContent.Of(workflow))));

    private static ImportAnswer Refused(string code, string english, string vietnamese) => new(default, code, english, vietnamese);
}
