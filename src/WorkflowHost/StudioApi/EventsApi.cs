using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using WorkflowEngine.Organisation;
using WorkflowEngine.Running;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowHost.Identity;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.StudioApi;

/// <summary>
/// <c>POST /elsa/api/events/{name}/trigger</c>: publishes an event. Elsa answers 200 whatever happened; ours says what did. It reaches instances of
/// the units where its sender may write definitions, and those of no unit.
/// </summary>
public static class EventsApi
{
    private const int LongestName = 200;

    private const string Aimed =
        """
        -- EventsApi.Aimed
        select i.sub_status from every_instance i
        left join every_instance r on r.id = i.root_id
        left join unit u on u.id = coalesce(i.unit_id, r.unit_id)
        where i.id = $1 and i.deleted_at is null and ($2::text[] is null or u.id is null or exists (select from unnest($2) as p where starts_with(u.path, p)))
        """;

    /// <summary>Adds the endpoint.</summary>
    public static void MapEventsApi(this IEndpointRouteBuilder routes) =>
        routes.MapStudioGroup("/events").MapPost("/{name}/trigger", Trigger).Needs(Permission.Design)
            .WithName("ElsaTriggerEvent").WithSummary("Resumes every matching wait and starts definitions that begin with this event");

    private static async Task<IResult> Trigger(
        string name, HttpRequest http, RequestActor who, NpgsqlDataSource database, Runner runner, CancellationToken stop)
    {
        if (name.Length > LongestName || !StorableText.Holds(name)) return StudioJson.Refuse(400, $"An event's name has at most {LongestName} characters.", $"Tên sự kiện dài nhất {LongestName} ký tự.");
        if (await StudioJson.ReadAsync(http, stop) is not { } body || !StorableText.Holds(body)) return StudioJson.NoObject();
        if (body.RefuseUnlessTexts("correlationId", "workflowInstanceId") is { } odd) return odd;
        Guid? instance = null;
        if (body.Text("workflowInstanceId") is { } asked)
        {
            if (!Guid.TryParse(asked, out var id)) return StudioJson.Refuse(400, "workflowInstanceId is no instance id.", "workflowInstanceId không phải mã lượt chạy.");
            instance = id;
        }

        // A role at the top reaches everything, also waits that come later.
        var paths = who.Actor.MayFromTheTop(Permission.Design) ? null : who.Actor.PathsWith(Permission.Design);
        await using var connection = await database.OpenConnectionAsync(stop);
        if (instance is { } aimed)
        {
            // One that has failed may be retried, and wait for it then.
            var found = await Command(connection, Aimed, P(aimed), P(paths, NpgsqlDbType.Array | NpgsqlDbType.Text)).ListAsync(r => r.GetString(0), stop);
            if (found.Count == 0) return StudioJson.Refuse(404, "There is no such instance.", "Không có lượt chạy này.");
            if (found[0] is "Finished" or "Cancelled") return StudioJson.Refuse(409, $"The instance is over ({found[0]}); no event reaches it.", "Lượt chạy đã kết thúc, sự kiện không đến được.", "over");
        }

        var published = new PublishedEvent(name, body.Text("correlationId"), instance, (body["input"] ?? body["payload"])?.DeepClone());
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(PublishedEvents.Guard(published));
        batch.BatchCommands.Add(PublishedEvents.Deliver(
            published, Guid.CreateVersion7(who.Now), Guid.CreateVersion7(who.Now), who.Now, who.Actor.PersonId, who.Actor.OnBehalfOf, paths));
        var (resumed, started, kept, reached) = (0, 0, false, Array.Empty<Guid>());
        await using (var rows = await batch.ExecuteReaderAsync(stop))
            if (await rows.NextResultAsync(stop) && await rows.ReadAsync(stop))
                (resumed, started, kept, reached) = (rows.GetInt32(0), rows.GetInt32(1), rows.GetBoolean(2), rows.GetFieldValue<Guid[]>(3));
        if (resumed + started == 0 && !kept)
            return StudioJson.Refuse(409, "Nothing within your reach waits for this event, and only those who write definitions at the top of the organisation may leave one for later.",
                "Không có lượt chạy nào trong phạm vi của bạn chờ sự kiện này; chỉ người thiết kế ở cấp cao nhất mới để lại được sự kiện cho sau này.", "nobody_waits");

        await connection.CloseAsync();
        var isDone = await runner.RunFewAsync(reached, stop) && reached.Length > 0;
        return StudioJson.Answer(new JsonObject { ["resumed"] = resumed, ["started"] = started, ["kept"] = kept }, isDone ? 200 : 202);
    }
}
