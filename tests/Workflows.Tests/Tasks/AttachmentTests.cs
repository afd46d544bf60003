using System.Security.Cryptography;
using WorkflowEngine.Tasks;
using WorkflowEngine.Tasks.Attachments;
using static Workflows.Tests.Tasks.TaskBench;

namespace Workflows.Tests.Tasks;

public sealed class AttachmentTests
{
    [Fact]
    public async Task A_file_comes_back_as_it_was_sent()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var (chair, content) = (await bench.ActorAsync(Chair), Pdf(700_001));
        var done = (await AddAsync(bench, Chair, task, "Kế hoạch.pdf", content)).ShouldBeOfType<TaskAnswer.Done>();
        var file = (await bench.ReadFile.FindAsync(await bench.ActorAsync(Officer), task, done.Id!.Value, Issue))!;
        (file.Name, file.Size, file.MediaType).ShouldBe(("Kế hoạch.pdf", content.Length, "application/pdf"));
        file.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(content)));
        using var back = new MemoryStream();
        await bench.ReadFile.CopyToAsync(file, back);
        back.ToArray().SequenceEqual(content).ShouldBeTrue();
        (await bench.ScalarAsync<long>("select count(*) from attachment_chunk")).ShouldBe(3);
        (await bench.ReadFile.FindAsync(await bench.ActorAsync(Stranger), task, file.Id, Issue)).ShouldBeNull();
        (await bench.ReadFile.FindAsync(chair, await bench.AddAsync(), file.Id, Issue)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        (await AddAsync(bench, Chair, task, "a.pdf", "MZ......"u8.ToArray())).ShouldBeOfType<TaskAnswer.Invalid>();
        (await AddAsync(bench, Chair, task, "a.pdf", [])).ShouldBeOfType<TaskAnswer.Invalid>();
        (await AddAsync(bench, Chair, task, "a.docx", Pdf(100))).ShouldBeOfType<TaskAnswer.Invalid>();
        (await AddAsync(bench, Chair, task, "a.docx", AttachmentRulesTests.Zip("a.txt"))).ShouldBeOfType<TaskAnswer.Invalid>();
        (await AddAsync(bench, Chair, task, "a\0.pdf", Pdf(100))).ShouldBeOfType<TaskAnswer.Invalid>();
        (await AddAsync(bench, Officer, task, "a.pdf", Pdf(100))).ShouldBeOfType<TaskAnswer.Forbidden>();
        (await AddAsync(bench, Chair, task, "a.pdf", Pdf((int)AddAttachment.MaximumBytes + 1))).ShouldBeOfType<TaskAnswer.Invalid>();
        await Should.ThrowAsync<IOException>(async () => await bench.Attach.AddAsync(await bench.ActorAsync(Chair), new(task, null, "a.pdf"), new Broken(Pdf(300_000)), Issue, Issue));
        (await bench.ScalarAsync<long>("select (select count(*) from attachment) + (select count(*) from attachment_chunk)")).ShouldBe(0);
        (await AddAsync(bench, Chair, task, "a.docx", AttachmentRulesTests.Zip("[Content_Types].xml", "word/document.xml"))).ShouldBeOfType<TaskAnswer.Done>();
    }

    [Fact]
    public async Task What_was_handed_in_stays()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        var chair = await bench.ActorAsync(Chair);
        var kept = ((TaskAnswer.Done)await AddAsync(bench, Chair, task, "a.pdf", Pdf(100))).Id!.Value;
        var removed = ((TaskAnswer.Done)await AddAsync(bench, Chair, task, "b.pdf", Pdf(100))).Id!.Value;
        (await bench.Detach.RemoveAsync(chair, new(task, removed), Issue, Issue)).ShouldBeOfType<TaskAnswer.Done>();
        (await bench.Detach.RemoveAsync(chair, new(task, removed), Issue, Issue)).ShouldBeOfType<TaskAnswer.NotFound>();
        await bench.CompleteAsync(Chair, task);
        (await bench.Detach.RemoveAsync(chair, new(task, kept), Issue, Issue)).ShouldBeOfType<TaskAnswer.Conflict>();
        (await AddAsync(bench, Chair, task, "c.pdf", Pdf(100))).ShouldBeOfType<TaskAnswer.Conflict>();
        await bench.ReturnAsync(Officer, task, 2);
        (await bench.Detach.RemoveAsync(chair, new(task, kept), Hanoi(2020, 1, 2), Issue)).ShouldBeOfType<TaskAnswer.Invalid>();
        (await bench.ScalarAsync<long>("select count(*) from attachment where complete")).ShouldBe(1);
    }

    [Fact]
    public async Task What_a_crash_left_is_swept_after_a_day()
    {
        await using var bench = await TaskBench.CreateAsync();
        var task = await bench.AddAsync();
        await AddAsync(bench, Chair, task, "a.pdf", Pdf(100));
        await bench.ExecuteAsync("update attachment set complete = false");
        (await bench.Attach.RemoveAbandonedAsync(Issue.AddHours(23))).ShouldBe(0);
        (await bench.ScalarAsync<long>("select count(*) from attachment")).ShouldBe(1);
        (await bench.Attach.RemoveAbandonedAsync(Issue.AddHours(25))).ShouldBe(1);
        (await bench.ScalarAsync<long>("select count(*) from attachment_chunk")).ShouldBe(0);
    }

    private static async Task<TaskAnswer> AddAsync(TaskBench bench, string who, Guid task, string name, byte[] content) =>
        await bench.Attach.AddAsync(await bench.ActorAsync(who), new(task, "tep", name), new MemoryStream(content), Issue, Issue);

    private static byte[] Pdf(int size)
    {
        var content = new byte[size];
        new Random(23).NextBytes(content);
        "%PDF-1.4"u8.CopyTo(content);
        return content;
    }

    /// <summary>A sender that goes away after the first chunk.</summary>
    private sealed class Broken(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position > 200_000 ? throw new IOException("gone") : base.ReadAsync(buffer, cancellationToken);
    }
}
