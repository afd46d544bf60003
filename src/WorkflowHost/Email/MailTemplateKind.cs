using WorkflowEngine.Tasks;

namespace WorkflowHost.Email;

/// <summary>A mail that has words of its own, and what may stand in them.</summary>
/// <param name="Id">Its name in addresses and in <c>mail_template</c>.</param>
/// <param name="MailKind">The kind of outbox rows it words.</param>
/// <param name="GivesWay">The placeholder that is shortened where the subject would pass 70 characters.</param>
/// <param name="Values">Placeholders within a sentence, by name, with what they come to.</param>
/// <param name="Blocks">Placeholders that stand alone: tables, lists, quotations.</param>
public sealed record MailTemplateKind(
    string Id, string MailKind, Text Title, string GivesWay, IReadOnlyDictionary<string, Text> Values, IReadOnlyDictionary<string, Text> Blocks)
{
    /// <summary>The placeholder that carries its whole paragraph: without an address that answers reach, nothing asks for one.</summary>
    public const string Answers = "answer-to";

    private static readonly Text AnswerTo = new(
        "nơi đọc thư trả lời, ví dụ đơn vị ban hành; khi không có địa chỉ nhận trả lời thì bỏ cả đoạn (hoặc dòng liệt kê) có chỗ điền này",
        "who reads answers, such as the issuer; without an address that answers reach, the whole paragraph (or list item) with it is left out");

    private static readonly Dictionary<string, Text> Work = new()
    {
        ["plan-mark"] = new("“[23/KH-CĐYT] ”, trống khi không có số", "\"[23/KH-CĐYT] \", nothing without a number"),
        ["plan"] = new("“Kế hoạch 23/KH-CĐYT”", "\"Plan 23/KH-CĐYT\""),
        ["task"] = new("tên việc", "name of the duty"),
        ["unit"] = new("đơn vị phải làm", "the unit that has the duty"),
        ["addressee"] = new("chức danh và đơn vị của người nhận, hoặc “đồng chí”", "role and unit of the reader, or \"colleague\""),
        ["last-day"] = new("ngày cuối còn đúng hạn, có thứ", "last day on time, with its weekday"),
        ["deadline"] = new("câu nêu căn cứ và ngày cuối", "the sentence with the plan's words and the last day"),
        ["timing"] = new("câu đếm ngày còn lại hoặc đã quá", "the sentence that counts the days left or past"),
        ["issuer"] = new("đơn vị ban hành, hoặc “người theo dõi”", "the issuer, or \"the officer in charge\""),
        ["answer-to"] = AnswerTo,
        ["why"] = new("câu nêu vì sao có thư", "why the reader gets it"),
        ["next"] = new("các lần nhắc kế tiếp, nếu có", "the next reminders, if any"),
    };

    private static readonly Dictionary<string, Text> Late = new(Work)
    {
        ["days-late"] = new("“2 ngày”: số ngày quá hạn", "\"2 days\": how long it is past"),
        ["escalates"] = new("khi nào báo cáo cấp trên, nếu có", "when the level above is told, if it is"),
    };

    private static readonly Text Absences = new("người vắng mặt và người thay, nếu có", "who is away and who stands in, if anybody");
    private static readonly Text Strip = new("dải ngày (bản chữ bỏ qua)", "the day strip (left out of the text)");

    /// <summary>All of them, in the order of lists.</summary>
    public static IReadOnlyList<MailTemplateKind> All { get; } =
    [
        new("reminder", WorkflowEngine.Outbox.MailKind.Reminder, new("Nhắc trước hạn", "Reminder before the date"), "task", Work, new Dictionary<string, Text>
        {
            ["absences"] = Absences, ["day-strip"] = Strip, ["instructions"] = new("việc cần chuẩn bị, nếu có", "what to prepare, if anything"),
        }),
        new("reminder-late", WorkflowEngine.Outbox.MailKind.Reminder, new("Nhắc khi đã quá hạn", "Reminder after the date"), "task", Late,
            new Dictionary<string, Text> { ["absences"] = Absences, ["day-strip"] = Strip }),
        new("review", WorkflowEngine.Outbox.MailKind.Reminder, new("Nhắc người duyệt", "Reminder to the reviewer"), "decision", new Dictionary<string, Text>(Late)
        {
            ["decision"] = new("“Duyệt “việc” của đơn vị”", "\"Decide on the duty of the unit\""), ["until"] = new("hạn duyệt, hoặc số ngày quá hạn", "by when, or how long past"),
        }, new Dictionary<string, Text> { ["absences"] = Absences, ["day-strip"] = Strip }),
        new("digest", WorkflowEngine.Outbox.MailKind.Digest, new("Bản tổng hợp", "Digest"), "headline", new Dictionary<string, Text>
        {
            ["headline"] = new("tiêu đề thư: số kế hoạch, số đơn vị, số ngày", "the subject: plan, units, days"),
            ["title"] = new("một dòng nêu sự việc", "the fact in one line"),
            ["addressee"] = Work["addressee"],
            [Answers] = AnswerTo,
            ["request"] = new("điều đề nghị, khi có đơn vị quá hạn", "what is asked, when units are overdue"),
            ["button"] = new("chữ trên nút", "the button's label"),
            ["next"] = new("khi nào có bản kế tiếp, nếu có", "when the next one comes, if it does"),
            ["why"] = Work["why"],
            ["rule"] = new("quy tắc một thư mỗi lượt", "the rule of one mail at a time"),
        }, new Dictionary<string, Text> { ["absences"] = Absences, ["units"] = new("các đơn vị và việc, nặng nhất trước", "units and duties, worst first") }),
        new("returned", WorkflowEngine.Outbox.MailKind.Returned, new("Trả lại", "Returned"), "task", new Dictionary<string, Text>
        {
            ["plan-mark"] = Work["plan-mark"], ["plan"] = Work["plan"], ["task"] = Work["task"], ["unit"] = Work["unit"], ["addressee"] = Work["addressee"],
            ["handed"] = new("“ nộp lúc … ngày …”", "\" handed in at … on …\""),
            ["until"] = new("“, nộp lại chậm nhất …”", "\", hand in again by …\""),
            ["again"] = new("như trên, ngắn hơn cho tiêu đề", "the same, shorter for the subject"),
            ["deadline"] = new("câu nêu hạn mới", "the sentence with the new date"),
            ["timing"] = Work["timing"],
            [Answers] = AnswerTo,
            ["first"] = new("lần nộp đầu được tính thế nào", "how the first submission counts"),
            ["why"] = Work["why"],
        }, new Dictionary<string, Text> { ["reason"] = new("lý do, nguyên văn", "the reason, word for word"), ["day-strip"] = Strip }),
        new("distribution", WorkflowEngine.Outbox.MailKind.Distribution, new("Phát hành kế hoạch", "Issued plan"), "plan-subject", new Dictionary<string, Text>
        {
            ["plan-mark"] = Work["plan-mark"], ["plan"] = Work["plan"], ["plan-subject"] = new("trích yếu", "what the plan is about"),
            ["addressee"] = new("nơi nhận", "the recipient"), [Answers] = AnswerTo, ["sentence"] = new("câu nêu ai ban hành, số, ngày, trích yếu", "who issued it, number, day, subject"),
            ["action"] = new("“để thực hiện (t/h).”", "\"to carry out (t/h).\""), ["follow"] = new("việc nằm ở đâu, khi phải thực hiện", "where the work stands, when there is some"),
            ["line"] = new("“ tại dòng “…””", "\" on the line “…”\""),
        }, new Dictionary<string, Text>()),
        new("plan-change", WorkflowEngine.Outbox.MailKind.PlanChange, new("Đính chính, sửa đổi, thu hồi", "Correction, amendment, recall"), "plan-subject", new Dictionary<string, Text>
        {
            ["plan-mark"] = Work["plan-mark"], ["plan"] = Work["plan"], ["plan-subject"] = new("trích yếu", "what the plan is about"),
            ["addressee"] = new("nơi nhận", "the recipient"), [Answers] = AnswerTo, ["change"] = new("“Sửa đổi: ”", "\"Amended: \""), ["document"] = new("văn bản thực hiện", "the document that does it"),
            ["fact"] = new("câu nêu thay đổi", "the change in a sentence"), ["effect"] = new("ảnh hưởng đến việc của đơn vị", "what it means for the unit's work"),
        }, new Dictionary<string, Text> { ["reason"] = new("lời của đơn vị ban hành", "what the issuer says") }),
    ];

    /// <summary>Every placeholder, as it is written.</summary>
    public string Names => string.Join(", ", Values.Keys.Concat(Blocks.Keys).Select(name => $"{{{name}}}"));

    public static MailTemplateKind? Find(string id) => All.FirstOrDefault(kind => kind.Id == id);

    public bool Knows(string name) => Values.ContainsKey(name) || Blocks.ContainsKey(name);

    public bool IsBlock(string name) => Blocks.ContainsKey(name);
}

/// <summary>What one mail has to say: the template it goes by, the page behind its button, and a value for each placeholder.</summary>
internal sealed record MailParts(string Template, string Path, IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, IReadOnlyList<MailBlock>> Blocks)
{
    /// <summary>The task whose date is the reader's own to keep; null: none, or it is past.</summary>
    public Guid? Dated { get; init; }
}
