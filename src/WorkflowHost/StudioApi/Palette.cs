using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Requests;
using WorkflowHost.Web;

namespace WorkflowHost.StudioApi;

/// <summary>What of the palette and the inspector is words and pickers: folders, port names, the choices of inputs.</summary>
internal static class Palette
{
    /// <summary>Folders by the category an activity names; ours are Vietnamese by themselves.</summary>
    private static readonly Dictionary<string, (string Vi, string En)> Folders = new(StringComparer.Ordinal)
    {
        ["Branching"] = ("Rẽ nhánh", "Branching"),
        ["Composition"] = ("Quy trình con", "Composition"),
        ["Console"] = ("Nhật ký", "Console"),
        ["Control Flow"] = ("Rẽ nhánh", "Branching"),
        ["Flow"] = ("Sơ đồ", "Flow"),
        ["Looping"] = ("Lặp", "Looping"),
        ["Primitives"] = ("Cơ bản", "Primitives"),
        ["Scheduling"] = ("Thời gian", "Scheduling"),
        ["Timers"] = ("Thời gian", "Scheduling"),
        ["Scripting"] = ("Mã lệnh", "Scripting"),
        ["System"] = ("Hệ thống", "System"),
        ["Workflows"] = ("Sơ đồ", "Flow"),
        ["Con người"] = ("Con người", "People"),
        ["Triển khai"] = ("Triển khai", "Cascade"),
        ["Kế hoạch"] = ("Kế hoạch", "Plans"),
        ["Văn bản"] = ("Văn bản", "Documents"),
        ["Đơn vị"] = ("Đơn vị", "Units"),
    };

    private static readonly Dictionary<string, string> Ports = new(StringComparer.Ordinal)
    {
        ["Done"] = "Xong",
        ["True"] = "Đúng",
        ["False"] = "Sai",
        ["Then"] = "Thì",
        ["Else"] = "Nếu không",
        ["Default"] = "Mặc định",
        ["Body"] = "Thân",
        ["Closed"] = "Đã đóng",
        ["Completed"] = "Hoàn thành",
        ["Canceled"] = "Đã hủy",
        ["ChildCompleted"] = "Quy trình con xong",
        ["ChildFaulted"] = "Quy trình con lỗi",
    };

    private static readonly Dictionary<(string Type, string Input), string[]> Choices = new()
    {
        [("Workflows.Cascade", "Under")] = ["owner", "self"],
        [("Workflows.Cascade", "Wait")] = ["all", "none"],
        [("Workflows.SetPlanStatus", "Status")] = ["draft", "checking", "signing", "signed"],
        [("Elsa.FlowJoin", "Mode")] = ["WaitAny", "WaitAll", "WaitAllActive"],
        [("Elsa.FlowSwitch", "Mode")] = ["MatchFirst", "MatchAny"],
        [("Elsa.Switch", "Mode")] = ["MatchFirst", "MatchAny"],
        [("Elsa.Fork", "JoinMode")] = ["WaitAll", "WaitAny"],
        [("Elsa.HttpEndpoint", "SupportedMethods")] = [.. EndpointPath.Methods],
        [("Elsa.WriteHttpResponse", "StatusCode")] =
            ["OK", "Created", "Accepted", "NoContent", "BadRequest", "Forbidden", "NotFound", "Conflict", "UnprocessableEntity", "InternalServerError", "ServiceUnavailable"],
        [("Elsa.WriteHttpResponse", "ContentType")] = ["", "application/json", "text/plain", "text/csv"],
        [("Elsa.DispatchWorkflow", "ChannelName")] = [""],
        [("Elsa.BulkDispatchWorkflows", "ChannelName")] = [""],
    };

    private static readonly Dictionary<string, (string Vi, string En)> ChoiceWords = new(StringComparer.Ordinal)
    {
        [""] = ("Mặc định", "Default"),
        ["owner"] = ("Đơn vị ban hành", "The issuing unit"),
        ["self"] = ("Đơn vị của lượt chạy", "The instance's own unit"),
        ["all"] = ("Chờ mọi đơn vị", "Wait for all units"),
        ["none"] = ("Không chờ", "Do not wait"),
        ["draft"] = ("Soạn thảo", "Drafting"),
        ["checking"] = ("Kiểm tra", "Checking"),
        ["signing"] = ("Trình ký", "Signing"),
        ["signed"] = ("Đã ký", "Signed"),
        ["WaitAny"] = ("Nhánh đầu tiên đến", "First way that arrives"),
        ["WaitAll"] = ("Chờ tất cả", "All ways"),
        ["WaitAllActive"] = ("Chờ mọi nhánh còn chạy", "All ways still possible"),
        ["MatchFirst"] = ("Trường hợp đúng đầu tiên", "First case that holds"),
        ["MatchAny"] = ("Mọi trường hợp đúng", "All cases that hold"),
    };

    /// <summary>Kinds of unit that the union's own organisation has; a kind that is data only is shown as it is.</summary>
    private static readonly Dictionary<string, (string Vi, string En)> Kinds = new(StringComparer.Ordinal)
    {
        ["NationalConfederation"] = ("Tổng Liên đoàn", "National confederation"),
        ["ProvincialFederation"] = ("Liên đoàn Lao động tỉnh", "Provincial federation"),
        ["LocalSectorUnion"] = ("Công đoàn ngành địa phương", "Local sector union"),
        ["GrassrootsUnion"] = ("Công đoàn cơ sở", "Grassroots union"),
    };

    private static bool InVietnamese => Language.Current == Language.Vietnamese;

    public static string Folder(string category) =>
        Folders.TryGetValue(category, out var words) ? Language.Say(words.Vi, words.En) : category;

    public static string PortName(string name) => InVietnamese ? Ports.GetValueOrDefault(name, name) : name;

    /// <summary>The syntax an empty input begins with; null: as plain text.</summary>
    public static string? Syntax(string activity, Input input) =>
        (activity, input.Name) is ("Elsa.FlowDecision" or "Elsa.If" or "Elsa.While", "Condition") ? "JavaScript"
        : input.UiHint == "json-editor" ? "Object"
        : null;

    /// <summary>The kind of editor. Where there are more units than a list can show, their codes are written; what is stored is the same.</summary>
    public static string Hint(string activity, Input input, DesignWorld world) =>
        !world.HasManyUnits || !NamesUnits(activity, input.Name) ? input.UiHint : input.UiHint is "checklist" or "multitext" ? "multitext" : "singleline";

    /// <summary>What is said below an input.</summary>
    public static string? Description(string activity, Input input, DesignWorld world)
    {
        var hint = InVietnamese ? input.HintVi : input.HintEn;
        if (!world.HasManyUnits || !NamesUnits(activity, input.Name)) return hint;
        var codes = Language.Say("Có quá nhiều đơn vị để chọn trong danh sách: ghi mã đơn vị, tra ở khung bên phải", "There are too many units to list: write their codes, which the panel on the right finds");
        return hint is null ? codes : $"{hint}. {codes}";
    }

    /// <summary>Whether the input's choices are units.</summary>
    public static bool NamesUnits(string activity, string input) => (activity, input) is ("Workflows.HumanTask", "Unit") or ("Workflows.Cascade", "Codes");

    /// <summary>What an input may name beside units: the instance's own, the one that issued.</summary>
    public static IEnumerable<(string Text, string Value)> Places(string activity, string input) =>
        (activity, input) is ("Workflows.HumanTask", "Unit") ? [Named("self"), Named("owner")] : [];

    /// <summary>A unit as it is shown and as it is stored.</summary>
    public static (string Text, string Value) Unit(KnownUnit unit) => ($"{unit.Name} ({unit.Code})", unit.Code);

    /// <summary>What the editor of an input is to know. Numbers must be numbers: the code editor breaks on a word.</summary>
    /// <remarks>
    /// Choices stand in the descriptors, which Studio reads anew after each save. Asked for one by one while its inspector builds itself (Studio's
    /// <c>Refresh</c>), an edit made in between is written into a copy that Studio then throws away.
    /// </remarks>
    public static JsonObject Specification(string activity, Input input, DesignWorld world) => Hint(activity, input, world) switch
    {
        "dropdown" => DropDown(Items(activity, input.Name, world)),
        "checklist" => CheckList(Items(activity, input.Name, world)),
        "code-editor" => new JsonObject { ["code-editor"] = new JsonObject { ["language"] = "javascript", ["editorHeight"] = 1, ["singleLineMode"] = false } },
        "dynamic-outcomes" => new JsonObject
        {
            ["DynamicOutcomesOptions"] = new JsonObject { ["fixedOutcomes"] = new JsonArray([.. (activity == "Workflows.HumanTask" ? (string[])["Done", "Closed"] : []).Select(o => JsonValue.Create(o))]) },
        },
        _ => [],
    };

    /// <summary>The values an input may have, in words and as they are stored; empty when it is free.</summary>
    public static IEnumerable<(string Text, string Value)> Items(string activity, string input, DesignWorld world) => (activity, input) switch
    {
        ("Workflows.HumanTask", "Form") => world.Forms.Values.Select(f => (Language.Say(f.Title), f.Id)).OrderBy(f => f.Item1, StringComparer.CurrentCulture).Prepend((Language.Say("Không có", "None"), "")),
        ("Workflows.HumanTask", "Ladder" or "ReviewLadder") => world.Reference.Ladders.Keys.Order(StringComparer.Ordinal).Select(l => (l == "default" ? Language.Say("Mặc định", "Default") : l, l)).Prepend((Language.Say("Không nhắc", "None"), "")),
        ("Workflows.HumanTask", "Roles" or "ReviewRoles") => world.Roles.Values.Select(r => (Language.Say(r.Label), r.Code)),
        ("Workflows.HumanTask", "Unit") => [.. Places(activity, input), .. world.Units.Values.Select(Unit)],
        ("Workflows.Cascade", "Kinds") => world.Kinds.Select(k => (Kinds.TryGetValue(k, out var words) ? Language.Say(words.Vi, words.En) : k, k)),
        ("Workflows.Cascade", "Codes") => world.Units.Values.Select(Unit),
        ("Workflows.Cascade", "DefinitionId") => world.Published.Values.Select(d => (Language.Say(d.Title), d.Id)),
        ("Workflows.HumanTask", "Deadline" or "TargetDate") => DeadlineExamples.Of(world, Language.Current.Code),
        _ => Choices.TryGetValue((activity, input), out var values) ? values.Select(Named) : [],
    };

    private static (string Text, string Value) Named(string value) => (ChoiceWords.TryGetValue(value, out var words) ? Language.Say(words.Vi, words.En) : value, value);

    /// <summary>Ticks for these items, in this order.</summary>
    public static JsonObject CheckList(IEnumerable<(string Text, string Value)> items) => new()
    {
        ["checklist"] = new JsonObject
        {
            ["checkList"] = new JsonObject
            {
                ["items"] = new JsonArray([.. items.Select(i => new JsonObject { ["text"] = i.Text, ["value"] = i.Value, ["isChecked"] = false })]),
                ["isFlagsEnum"] = false,
            },
        },
    };

    /// <summary>A drop-down with these items, in this order.</summary>
    public static JsonObject DropDown(IEnumerable<(string Text, string Value)> items) => new()
    {
        ["dropdown"] = new JsonObject
        {
            ["selectList"] = new JsonObject
            {
                ["items"] = new JsonArray([.. items.Select(i => new JsonObject { ["text"] = i.Text, ["value"] = i.Value })]),
                ["isFlagsEnum"] = false,
                ["sortItems"] = false,
            },
            ["providerName"] = null,
        },
    };
}
