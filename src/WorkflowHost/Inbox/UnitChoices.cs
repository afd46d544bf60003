using System.Text.Json.Nodes;
using Npgsql;
using WorkflowEngine.Storage;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Forms;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Inbox;

/// <summary>
/// Fields with the widget <c>unit</c> hold a unit's code. Here they get the units directly below the task's own as choices, so that nobody types
/// codes, and a list that asks for rows of such units begins with a row for each.
/// </summary>
public sealed class UnitChoices(NpgsqlDataSource database)
{
    private const string Widget = "unit";

    private const string Below =
        """
        -- UnitChoices.Below
        select c.code, c.short_name from unit c where c.parent_id = $1 and c.valid_from <= $2 and $2 < c.valid_to order by c.attributes ->> 'group', c.short_name, c.id
        """;

    /// <summary>The form with its choices; the same form when it asks for no unit.</summary>
    public async Task<Form> FillAsync(Form form, long unitId, DateOnly today, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(form);
        if (!Asks(form.Root)) return form;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var units = await Command(connection, Below, P(unitId), P(today)).ListAsync(r => new FormChoice(r.GetString(0), new Text(r.GetString(1))), cancellation);
        return form with { Root = Fill(form.Root, units) };
    }

    /// <summary>What an untouched form begins with: a row for each unit in a required list of units.</summary>
    public static JsonObject Begin(Form form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var data = new JsonObject();
        foreach (var list in form.Root.Fields.Where(f => f is { IsRoster: true, Required: true }))
            if (list.Items!.Fields.FirstOrDefault(f => f.Widget == Widget) is { } unit)
                data[list.Name] = new JsonArray([.. unit.Choices.Select(c => (JsonNode)new JsonObject { [unit.Name] = c.Value })]);
        return data;
    }

    private static bool Asks(FormField field) => field.Widget == Widget || field.Fields.Any(Asks) || (field.Items is { } items && Asks(items));

    private static FormField Fill(FormField field, IReadOnlyList<FormChoice> units) => field with
    {
        Choices = field.Widget == Widget ? units : field.Choices,
        Fields = [.. field.Fields.Select(f => Fill(f, units))],
        Items = field.Items is { } items ? Fill(items, units) : null,
    };
}
