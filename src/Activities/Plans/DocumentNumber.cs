using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WorkflowEngine.Deadlines;
using Text = WorkflowEngine.Tasks.Text;

namespace Unions.Plans;

/// <summary>
/// Number and symbol of a document ("Số: 23/KH-CĐYT"), read by position: the first group of the symbol is the document type, the rest the
/// organisation (NĐ 30/2020, Phụ lục I and III). Position matters because acronyms clash: <c>CĐ</c> as a type is Công điện, everywhere else Công đoàn.
/// </summary>
/// <param name="Number">Number in the year's register, or null for a draft ("Số:    /KH-LĐLĐ").</param>
/// <param name="Year">The year printed in legal documents (30/2020/NĐ-CP), or null.</param>
/// <param name="Type">Abbreviation of the type, or null for a công văn, which has none (12/LĐLĐ-CSPL).</param>
/// <param name="Organisation">The groups after the type joined by <c>-</c> ("CĐYT"; for a công văn "LĐLĐ-CSPL"; for a Party document "TW").</param>
/// <param name="Party">Party form, number and type joined by a hyphen and the body after the slash: 34-CT/TW.</param>
public sealed partial record DocumentNumber(int? Number, int? Year, string? Type, string Organisation, bool Party = false)
{
    /// <summary>
    /// Names of document types by the abbreviation that a symbol may start with, spelt as NĐ 30/2020 Phụ lục III has them; behind them what only the
    /// state issues. "CV" is not one of them: a công văn has no abbreviation and no name above its subject.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, Text> Types = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["NQ"] = new("Nghị quyết", "Resolution"),
        ["QĐ"] = new("Quyết định", "Decision"),
        ["CT"] = new("Chỉ thị", "Directive"),
        ["QC"] = new("Quy chế", "Statute"),
        ["QyĐ"] = new("Quy định", "Regulation"),
        ["TC"] = new("Thông cáo", "Communiqué"),
        ["TB"] = new("Thông báo", "Notice"),
        ["HD"] = new("Hướng dẫn", "Guidance"),
        ["CTr"] = new("Chương trình", "Programme"),
        ["KH"] = new("Kế hoạch", "Plan"),
        ["PA"] = new("Phương án", "Scheme"),
        ["ĐA"] = new("Đề án", "Proposal"),
        ["DA"] = new("Dự án", "Project"),
        ["BC"] = new("Báo cáo", "Report"),
        ["BB"] = new("Biên bản", "Minutes"),
        ["TTr"] = new("Tờ trình", "Submission"),
        ["HĐ"] = new("Hợp đồng", "Contract"),
        ["CĐ"] = new("Công điện", "Urgent message"),
        ["BGN"] = new("Bản ghi nhớ", "Memorandum"),
        ["BTT"] = new("Bản thỏa thuận", "Agreement"),
        ["GUQ"] = new("Giấy ủy quyền", "Power of attorney"),
        ["GM"] = new("Giấy mời", "Invitation"),
        ["GGT"] = new("Giấy giới thiệu", "Letter of introduction"),
        ["GNP"] = new("Giấy nghỉ phép", "Leave permit"),
        ["PG"] = new("Phiếu gửi", "Cover slip"),
        ["PC"] = new("Phiếu chuyển", "Transfer slip"),
        ["PB"] = new("Phiếu báo", "Notice slip"),
        ["NĐ"] = new("Nghị định", "Decree"),
        ["TT"] = new("Thông tư", "Circular"),
        ["NQLT"] = new("Nghị quyết liên tịch", "Joint resolution"),
        ["TTLT"] = new("Thông tư liên tịch", "Joint circular"),
        ["L"] = new("Luật", "Law"),
    };

    /// <summary>The symbol alone, canonical: "KH-CĐYT".</summary>
    public string Symbol => Party ? $"{Type}/{Organisation}" : Type is null ? Organisation : $"{Type}-{Organisation}";

    /// <summary>Printed form without spaces, a number below ten with a leading zero: "23/KH-CĐYT", "01/KH-CĐYT".</summary>
    public override string ToString()
    {
        var number = Number?.ToString("00", CultureInfo.InvariantCulture) ?? "";
        if (Party) return $"{number}-{Symbol}";
        return Year is null ? $"{number}/{Symbol}" : $"{number}/{Year}/{Symbol}";
    }

    /// <summary>
    /// Reads what people print: <c>23 /KH- CĐYT</c>, <c>Số: 57/ KH - LĐLĐ</c>, <c>34-CT/TW</c>, <c>30/2020/NĐ-CP</c>. Null when it is no document number;
    /// the caller keeps the raw text beside it in any case. An old "CV-LĐLĐ" is read as the công văn it is; "CV" is never written.
    /// </summary>
    public static DocumentNumber? Parse(string? raw)
    {
        if (raw is null) return null;
        var text = Spaces().Replace(raw.Normalize(NormalizationForm.FormC).Replace('–', '-').Replace('—', '-'), "");
        text = Prefix().Replace(text, "");

        if (PartyForm().Match(text) is { Success: true } party && TypeOf(party.Groups[2].Value) is { } partyType)
            return new DocumentNumber(Count(party.Groups[1].Value), null, partyType, party.Groups[3].Value, Party: true);

        if (Form().Match(text) is not { Success: true } match) return null;
        int? year = match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : null;
        var groups = match.Groups[3].Value.Split('-');
        if (groups.Any(g => g.Length == 0)) return null;
        var type = groups.Length > 1 ? TypeOf(groups[0]) : null;
        var wrongType = type is null && groups.Length > 1 && groups[0].Equals("CV", StringComparison.OrdinalIgnoreCase);
        return new DocumentNumber(Count(match.Groups[1].Value), year, type, string.Join('-', type is null && !wrongType ? groups : groups[1..]));
    }

    /// <summary>A document as sentences name it, by its kind and number: "Kế hoạch 23/KH-CĐYT", "Công văn 12/LĐLĐ-CSPL"; "Văn bản …" where the number tells no kind.</summary>
    public static Text Named(string number)
    {
        var kind = Kind(number);
        return new Text($"{kind.Vi} {number}", $"{kind.En} {number}");
    }

    /// <summary>The name of the kind that the number tells; of a document without one by the abbreviation of its type.</summary>
    public static Text Kind(string? number, string? type = null) => Parse(number) switch
    {
        null => type is not null && TypeOf(type) is { } known ? Types[known] : new Text("Văn bản", "Document"),
        { Type: null } => new Text("Công văn", "Official letter"),
        { Type: { } told } => Types[told],
    };

    /// <summary>The same as it stands within a sentence: "kế hoạch", "plan". Of which neither is known is called what most are.</summary>
    public static Bilingual KindWithin(string? number, string? type = null)
    {
        var kind = Kind(number, type ?? (number is null ? "KH" : null));
        return new Bilingual(char.ToLowerInvariant(kind.Vi[0]) + kind.Vi[1..], char.ToLowerInvariant(kind.En![0]) + kind.En[1..]);
    }

    /// <summary>The symbol of a new document of our own: type and organisation, without number.</summary>
    /// <exception cref="ArgumentException">A type that NĐ 30/2020 does not know ("CV" among them), or no organisation.</exception>
    public static DocumentNumber Of(string type, string organisation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(organisation);
        var known = TypeOf(type) ?? throw new ArgumentException($"'{type}' is no abbreviation of a document type.", nameof(type));
        return new DocumentNumber(null, null, known, Spaces().Replace(organisation.Normalize(NormalizationForm.FormC), ""));
    }

    /// <summary>Whether a symbol may start with this abbreviation.</summary>
    public static bool IsType(string type) => TypeOf(type) is not null;

    private static string? TypeOf(string text) =>
        Types.ContainsKey(text) ? text : Types.Keys.FirstOrDefault(t => t.Equals(text, StringComparison.OrdinalIgnoreCase));

    private static int? Count(string digits) => digits.Length == 0 ? null : int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\s\u00A0\u200B]+")]
    private static partial Regex Spaces();

    [GeneratedRegex("^(số|so)[:.]?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^([0-9]{1,6})-([\p{L}]+)/([\p{L}\p{N}][\p{L}\p{N}.-]*)$")]
    private static partial Regex PartyForm();

    [GeneratedRegex(@"^([0-9]{0,6})/(?:([12][0-9]{3})/)?([\p{L}][\p{L}\p{N}.&-]*)$")]
    private static partial Regex Form();
}
