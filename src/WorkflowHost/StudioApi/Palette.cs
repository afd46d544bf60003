using System.Text.Json.Nodes;
using WorkflowEngine.Activities;
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
        [("Elsa.FlowJoin", "Mode")] = ["WaitAny", "WaitAll", "WaitAllActive"],
        [("Elsa.FlowSwitch", "Mode")] = ["MatchFirst", "MatchAny"],
        [("Elsa.Switch", "Mode")] = ["MatchFirst", "MatchAny"],
        [("Elsa.Fork", "JoinMode")] = ["WaitAll", "WaitAny"],
        [("Elsa.DispatchWorkflow", "ChannelName")] = [""],
        [("Elsa.BulkDispatchWorkflows", "ChannelName")] = [""],
    };

    private static readonly Dictionary<string, string> ChoiceWords = new(StringComparer.Ordinal)
    {
        [""] = "Mặc định",
        ["WaitAny"] = "Nhánh đầu tiên đến",
        ["WaitAll"] = "Chờ tất cả",
        ["WaitAllActive"] = "Chờ mọi nhánh còn chạy",
        ["MatchFirst"] = "Trường hợp đúng đầu tiên",
        ["MatchAny"] = "Mọi trường hợp đúng",
    };

    private static bool InVietnamese => Language.Current == Language.Vietnamese;

    public static string Folder(string category) =>
        Folders.TryGetValue(category, out var words) ? InVietnamese ? words.Vi : words.En : category;

    public static string PortName(string name) => InVietnamese ? Ports.GetValueOrDefault(name, name) : name;

    /// <summary>The syntax an empty input begins with; null: as plain text.</summary>
    public static string? Syntax(string activity, Input input) =>
        (activity, input.Name) is ("Elsa.FlowDecision" or "Elsa.If" or "Elsa.While", "Condition") ? "JavaScript"
        : input.UiHint == "json-editor" ? "Object"
        : null;

    /// <summary>What the editor of an input is to know. Numbers must be numbers: the code editor breaks on a word.</summary>
    public static JsonObject Specification(string activity, Input input) => input.UiHint switch
    {
        "dropdown" => Choices.TryGetValue((activity, input.Name), out var values)
            ? DropDown(values.Select(v => (InVietnamese ? ChoiceWords.GetValueOrDefault(v, v) : v.Length == 0 ? "Default" : v, v)))
            : new JsonObject { ["Refresh"] = "true" },
        "code-editor" => new JsonObject { ["code-editor"] = new JsonObject { ["language"] = "javascript", ["editorHeight"] = 1, ["singleLineMode"] = false } },
        "dynamic-outcomes" => new JsonObject
        {
            ["DynamicOutcomesOptions"] = new JsonObject { ["fixedOutcomes"] = new JsonArray([.. (activity == "Workflows.HumanTask" ? (string[])["Done", "Closed"] : []).Select(o => JsonValue.Create(o))]) },
        },
        _ => [],
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
