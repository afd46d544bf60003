using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WorkflowEngine.Tasks;

namespace WorkflowHost.Email;

/// <summary>
/// The words of a kind of mail as an administrator may write them: a subject, and paragraphs from which HTML and text are both made. A paragraph is
/// what stands between blank lines; <c># </c> title, <c>## </c> heading, <c>- </c> list, <c>&gt; </c> quotation, <c>~ </c> small, <c>[label]</c> the
/// one button, <c>--</c> before the footer, <c>**bold**</c>. <c>{name}</c> is filled in from the mail's data and nothing else; a paragraph whose
/// placeholders come to nothing is left out, and so is one (of a list: an item) with <c>{answer-to}</c> where nobody reads answers. No markup but this reaches a reader: the renderers encode everything.
/// </summary>
public sealed partial class MailTemplate
{
    public const int LongestSubject = 200;
    public const int LongestBody = 8000;

    private static readonly ConcurrentDictionary<(string, string), MailTemplate> ShippedOnes = [];
    private readonly IReadOnlyList<Piece> _body;
    private readonly string _footer;

    private MailTemplate(MailTemplateKind kind, string subject, IReadOnlyList<Piece> body, string footer) => (Kind, Subject, _body, _footer) = (kind, subject, body, footer);

    private enum Role
    {
        Title,
        Heading,
        List,
        Quotation,
        Small,
        Button,
        Block,
        Paragraph,
    }

    /// <param name="Text">Without its mark; of a list one line an item.</param>
    private sealed record Piece(Role Role, string Text);

    public MailTemplateKind Kind { get; }

    public string Subject { get; }

    /// <summary>The shipped words of a kind in a language, as they are edited.</summary>
    public static (string Subject, string Body) ShippedText(MailTemplateKind kind, string language)
    {
        ArgumentNullException.ThrowIfNull(kind);
        using var stream = typeof(MailTemplate).Assembly.GetManifestResourceStream($"WorkflowHost.Email.Templates.{kind.Id}.{language}.txt")
            ?? throw new InvalidOperationException($"The mail template {kind.Id}.{language} is not shipped.");
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (text["Subject: ".Length..end], text[(end + 1)..].Trim('\n'));
    }

    /// <summary>The shipped template of a kind in a language.</summary>
    public static MailTemplate Shipped(MailTemplateKind kind, string language) => ShippedOnes.GetOrAdd((kind.Id, language), _ =>
    {
        var (subject, body) = ShippedText(kind, language);
        return Read(kind, subject, body, out var problems) ?? throw new InvalidOperationException($"The shipped mail template {kind.Id}.{language} is broken: {problems[0].In("en")}");
    });

    /// <summary>Reads a template; null with what is wrong, each fault with its line.</summary>
    public static MailTemplate? Read(MailTemplateKind kind, string subject, string body, out IReadOnlyList<Text> problems)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(body);
        var found = new List<Text>();
        problems = found;
        body = MailWords.Clean(body).ReplaceLineEndings("\n");
        subject = MailWords.Clean(subject).Trim();
        if (subject.Length is 0 or > LongestSubject || subject.Any(char.IsControl))
            found.Add(new($"Tiêu đề: một dòng, từ 1 đến {LongestSubject} ký tự.", $"Subject: one line of 1 to {LongestSubject} characters."));
        if (body.Length > LongestBody || body.Any(c => char.IsControl(c) && c != '\n'))
            found.Add(new($"Nội dung: tối đa {LongestBody} ký tự, không có ký tự điều khiển.", $"Body: at most {LongestBody} characters, no control characters."));
        if (found.Count > 0) return null;
        Check(kind, subject, 0, blocks: false, found);
        if (AsksForAnswer(subject)) found.Add(Misplaced("Tiêu đề", "Subject"));
        var (pieces, footer) = Split(kind, body, found);
        if (pieces.Count(p => p.Role == Role.Title) != 1 || pieces[0].Role != Role.Title)
            found.Add(new("Nội dung bắt đầu bằng đúng một dòng tiêu đề: “# …”.", "The body begins with exactly one title line: \"# …\"."));
        if (pieces.Count(p => p.Role == Role.Button) != 1)
            found.Add(new("Cần đúng một nút, trên một dòng riêng: “[Mở …]”.", "Exactly one button is needed, on a line of its own: \"[Open …]\"."));
        if (footer.Length == 0)
            found.Add(new("Cần phần cuối thư sau một dòng “--”: vì sao người nhận có thư này.", "A footer is needed behind a line \"--\": why the reader gets this mail."));
        if (AsksForAnswer(footer)) found.Add(Misplaced("Phần cuối thư", "The footer"));
        if (pieces.Exists(p => p.Role is Role.Title or Role.Heading or Role.Button && AsksForAnswer(p.Text))) found.Add(Misplaced("Dòng “# ”, “## ” hoặc nút", "A title, heading or button"));
        return found.Count == 0 ? new MailTemplate(kind, subject, pieces, footer) : null;
    }

    /// <summary>Lines that seem to ask for an answer in words of their own, which stay when nobody reads answers: to be looked at by a person.</summary>
    public IReadOnlyList<string> PlainRequests =>
        [.. _body.Select(p => p.Text).Append(_footer).SelectMany(t => t.Split('\n')).Where(line => Request().IsMatch(line.Normalize(NormalizationForm.FormC)) && !AsksForAnswer(line))];

    /// <summary>Whether the mail is another one where nobody reads answers.</summary>
    public bool DependsOnAnswers => _body.Any(p => AsksForAnswer(p.Text));

    private static bool AsksForAnswer(string text) => text.Contains($"{{{MailTemplateKind.Answers}}}", StringComparison.Ordinal);

    private static bool IsUnanswered(string text, MailParts parts) => parts.Values[MailTemplateKind.Answers].Length == 0 && AsksForAnswer(text);

    private static Text Misplaced(string vi, string en) => new(
        $"{vi}: “{{{MailTemplateKind.Answers}}}” chỉ đứng trong một đoạn hoặc dòng liệt kê, vì đoạn đó bị bỏ khi không có địa chỉ nhận trả lời.",
        $"{en}: \"{{{MailTemplateKind.Answers}}}\" stands in a paragraph or a list item only, which is left out where no address takes answers.");

    /// <summary>The mail for one set of values.</summary>
    internal MailDocument Fill(MailParts parts, MailWords words)
    {
        var body = new List<MailBlock>();
        var title = "";
        foreach (var piece in _body)
        {
            if (piece.Role == Role.Block)
            {
                body.AddRange(parts.Blocks[piece.Text]);
                continue;
            }

            var lines = piece.Role == Role.List ? piece.Text.Split('\n').Where(line => !IsUnanswered(line, parts)).Select(line => Fill(line, parts)).Where(line => line.Length > 0).ToArray() : [Fill(piece.Text, parts)];
            if (lines.All(line => line.Length == 0) || (piece.Role != Role.List && IsUnanswered(piece.Text, parts))) continue;
            switch (piece.Role)
            {
                case Role.Title:
                    title = lines[0];
                    break;
                case Role.Heading:
                    body.Add(new Heading(lines[0]));
                    break;
                case Role.List:
                    body.Add(new DashList(null, lines));
                    break;
                case Role.Quotation:
                    body.Add(new Quotation(lines[0]));
                    break;
                case Role.Button:
                    body.Add(new Button(lines[0], parts.Path));
                    break;
                default:
                    body.Add(new Paragraph(lines[0], piece.Role == Role.Small));
                    break;
            }
        }

        return new MailDocument(words.Language, FillSubject(parts), title, body, Fill(_footer, parts));
    }

    /// <summary>At most 70 characters: the kind's long value gives way, what stands around it never.</summary>
    private string FillSubject(MailParts parts)
    {
        var at = Subject.IndexOf($"{{{Kind.GivesWay}}}", StringComparison.Ordinal);
        if (at < 0) return MailWords.Subject(null, "", Plain(Fill(Subject, parts)), "");
        var (before, after) = (Subject[..at], Subject[(at + Kind.GivesWay.Length + 2)..]);
        return MailWords.Subject(null, Plain(FillRaw(before, parts)), Plain(parts.Values[Kind.GivesWay]), Plain(FillRaw(after, parts)));
    }

    private static string Plain(string text) => text.Replace($"{MailDocument.BoldOn}", "", StringComparison.Ordinal).Replace($"{MailDocument.BoldOff}", "", StringComparison.Ordinal);

    private static string Fill(string text, MailParts parts) => Spaces().Replace(FillRaw(text, parts), " ").Trim(' ');

    /// <summary>Only the template's own asterisks are bold marks; a value stands as it is, whatever is in it.</summary>
    private static string FillRaw(string text, MailParts parts)
    {
        var (filled, isBold, from) = (new StringBuilder(), false, 0);
        foreach (Match hole in Hole().Matches(text))
        {
            Literal(text[from..hole.Index]);
            filled.Append(parts.Values[hole.Groups[1].Value]);
            from = hole.Index + hole.Length;
        }

        Literal(text[from..]);
        return filled.ToString();

        void Literal(string literal)
        {
            var strings = literal.Split("**");
            for (var i = 0; i < strings.Length; i++)
            {
                if (i > 0) filled.Append((isBold = !isBold) ? MailDocument.BoldOn : MailDocument.BoldOff);
                filled.Append(strings[i]);
            }
        }
    }

    private static (List<Piece> Pieces, string Footer) Split(MailTemplateKind kind, string body, List<Text> problems)
    {
        var (pieces, footer, inFooter, paragraph, start) = (new List<Piece>(), new StringBuilder(), false, new List<string>(), 1);
        var lines = body.Split('\n');
        for (var n = 0; n <= lines.Length; n++)
        {
            var line = n < lines.Length ? lines[n].Trim() : "";
            var isBreak = line.Length == 0 || (line == "--" && !inFooter);
            if (!isBreak)
            {
                if (paragraph.Count == 0) start = n + 1;
                paragraph.Add(line);
                continue;
            }

            if (paragraph.Count > 0 && inFooter)
            {
                Check(kind, string.Join('\n', paragraph), start, blocks: false, problems);
                footer.Append(footer.Length > 0 ? " " : "").AppendJoin(' ', paragraph);
            }
            else if (paragraph.Count > 0) pieces.Add(PieceOf(kind, paragraph, start, problems));

            paragraph.Clear();
            inFooter |= line == "--";
        }

        return (pieces, footer.ToString());
    }

    private static Piece PieceOf(MailTemplateKind kind, List<string> lines, int start, List<Text> problems)
    {
        var whole = string.Join(' ', lines);
        var (role, text) = lines switch
        {
            [var one] when one.StartsWith("# ", StringComparison.Ordinal) => (Role.Title, one[2..].Trim()),
            [var one] when one.StartsWith("## ", StringComparison.Ordinal) => (Role.Heading, one[3..].Trim()),
            [var one] when one.StartsWith('[') && one.EndsWith(']') => (Role.Button, one[1..^1].Trim()),
            [var one] when Hole().Match(one) is { Success: true } hole && hole.Length == one.Length && kind.IsBlock(hole.Groups[1].Value) => (Role.Block, hole.Groups[1].Value),
            _ when lines.TrueForAll(l => l.StartsWith("- ", StringComparison.Ordinal)) => (Role.List, string.Join('\n', lines.Select(l => l[2..].Trim()))),
            _ when lines.TrueForAll(l => l.StartsWith("> ", StringComparison.Ordinal)) => (Role.Quotation, string.Join(' ', lines.Select(l => l[2..].Trim()))),
            _ when lines[0].StartsWith("~ ", StringComparison.Ordinal) => (Role.Small, whole[2..].Trim()),
            _ => (Role.Paragraph, whole),
        };
        Check(kind, string.Join('\n', lines), start, blocks: role == Role.Block, problems);
        return new Piece(role, text);
    }

    /// <summary>Braces and bold marks of some lines; <paramref name="start"/> 0 is the subject.</summary>
    private static void Check(MailTemplateKind kind, string text, int start, bool blocks, List<Text> problems)
    {
        var lines = text.Split('\n');
        for (var n = 0; n < lines.Length; n++)
        {
            var (vi, en) = start == 0 ? ("Tiêu đề", "Subject") : ($"Dòng {start + n}", string.Create(CultureInfo.InvariantCulture, $"Line {start + n}"));
            foreach (Match hole in Hole().Matches(lines[n]))
            {
                var name = hole.Groups[1].Value;
                if (!kind.Knows(name))
                    problems.Add(new($"{vi}: không có chỗ điền “{{{name}}}”. Có: {kind.Names}.", $"{en}: there is no placeholder \"{{{name}}}\". There are: {kind.Names}."));
                else if (kind.IsBlock(name) && !blocks)
                    problems.Add(new($"{vi}: “{{{name}}}” phải đứng một mình giữa hai dòng trống.", $"{en}: \"{{{name}}}\" must stand alone between blank lines."));
            }

            if (Hole().Replace(lines[n], "").AsSpan().IndexOfAny('{', '}') >= 0)
                problems.Add(new($"{vi}: dấu {{ hoặc }} không thuộc chỗ điền nào; chỗ điền có dạng {{ten-viet-thuong}}.", $"{en}: a brace belongs to no placeholder; a placeholder looks like {{lower-case-name}}."));
        }

        if (text.Split("**").Length % 2 == 0)
        {
            var (vi, en) = start == 0 ? ("Tiêu đề", "Subject") : ($"Đoạn từ dòng {start}", string.Create(CultureInfo.InvariantCulture, $"The paragraph from line {start}"));
            problems.Add(new($"{vi}: dấu ** mở mà không đóng.", $"{en}: ** is opened and not closed."));
        }
    }

    [GeneratedRegex(@"\{([a-z]+(?:-[a-z]+)*)\}")]
    private static partial Regex Hole();

    [GeneratedRegex("(trả lời|phản hồi|hồi âm) (vào )?(thư|email) này|(reply|respond) to this (e-?mail|mail|message)|answer this (e-?mail|mail|message)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Request();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}
