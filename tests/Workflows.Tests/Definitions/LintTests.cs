using System.Text.Json.Nodes;
using Unions;
using WorkflowEngine.Activities;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Definitions;
using WorkflowEngine.Definitions.Lint;
using WorkflowEngine.Running;
using WorkflowEngine.Tasks;

namespace Workflows.Tests.Definitions;

/// <summary>Each rule with a definition that breaks it and one beside it that does not.</summary>
public sealed class LintTests
{
    private static readonly ActivityCatalog Catalog = new(typeof(Activity).Assembly, typeof(ShippedFiles).Assembly);
    private static readonly DesignWorld World = Make(new DateOnly(2019, 12, 2));

    [Theory]
    [InlineData("unknown-type", """{"id":"a","type":"Acme.Unknown","version":1}""", """{"id":"a","type":"Elsa.WriteLine","version":1}""")]
    [InlineData("unreadable-expression", """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"JavaScript","value":"1 +"}}}""",
        """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"JavaScript","value":"1 + 1"}}}""")]
    [InlineData("unreadable-expression", """{"id":"a","type":"Elsa.SetOutput","version":1,"outputValue":{"typeName":"Object","expression":{"type":"Object","value":"{\"a\": "}}}""",
        """{"id":"a","type":"Elsa.SetOutput","version":1,"outputValue":{"typeName":"Object","expression":{"type":"Object","value":"{\"a\": 1}"}}}""")]
    [InlineData("syntax-not-run", """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"CSharp","value":"1"}}}""",
        """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Input","value":"{\"name\":\"x\"}"}}}""")]
    [InlineData("undeclared-variable", """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Variable","value":"{\"id\":\"v9\",\"name\":\"khac\"}"}}}""",
        """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Variable","value":"{\"id\":\"v1\",\"name\":\"co\"}"}}}""")]
    [InlineData("undeclared-variable", """{"id":"a","type":"Elsa.SetVariable","version":1,"variable":{"id":"v9","name":"khac","typeName":"String"}}""",
        """{"id":"a","type":"Elsa.SetVariable","version":1,"variable":{"id":"v1","name":"co","typeName":"String"}}""")]
    [InlineData("undeclared-variable", """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"JavaScript","value":"getVariable('khac')"}}}""",
        """{"id":"a","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"JavaScript","value":"variables.co + getVariable('co')"}}}""")]
    [InlineData("unknown-child", """{"id":"a","type":"Workflows.Cascade","version":1,"definitionId":{"typeName":"String","expression":{"type":"Literal","value":"khong-co"}}}""",
        """{"id":"a","type":"Workflows.Cascade","version":1,"definitionId":{"typeName":"String","expression":{"type":"Literal","value":"con"}}}""")]
    [InlineData("unknown-kind", """{"id":"a","type":"Workflows.Cascade","version":1,"definitionId":{"typeName":"String","expression":{"type":"Literal","value":"con"}},"kinds":{"typeName":"Object","expression":{"type":"Object","value":"[\"Village\"]"}}}""",
        """{"id":"a","type":"Workflows.Cascade","version":1,"definitionId":{"typeName":"String","expression":{"type":"Literal","value":"con"}},"kinds":{"typeName":"Object","expression":{"type":"Object","value":"[\"GrassrootsUnion\"]"}}}""")]
    [InlineData("unknown-step", """{"id":"a","type":"Workflows.UpdateTask","version":1,"step":{"typeName":"String","expression":{"type":"Literal","value":"b"}}}""",
        """{"id":"a","type":"Workflows.UpdateTask","version":1,"step":{"typeName":"String","expression":{"type":"Literal","value":"a"}}}""")]
    public void A_step_that_would_fail_is_named(string rule, string bad, string good)
    {
        Found(Flow("[]", bad)).ShouldContain(f => f.Rule == rule && f.ActivityId == "a");
        Found(Flow("[]", good)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("nobody", "", "\"roles\":[]")]
    [InlineData("nobody", "", "\"roles\":[\"Clerk\"]")]
    [InlineData("unknown-role", "", "\"roles\":[\"Officer\",\"Kaiser\"]")]
    [InlineData("nobody", "", "\"roles\":[\"Officer\"],\"reviewRoles\":[\"Clerk\"]")]
    [InlineData("unknown-unit", "\"unit\":\"XYZ\"", "\"roles\":[\"Officer\"]")]
    [InlineData("nobody-there", "\"unit\":\"CS1\"", "\"roles\":[\"Officer\"]")]
    [InlineData("unknown-form", "\"form\":\"khong-co\"", "\"roles\":[\"Officer\"]")]
    [InlineData("unknown-ladder", "\"ladder\":\"khong-co\"", "\"roles\":[\"Officer\"]")]
    [InlineData("unknown-ladder", "\"reviewLadder\":\"khong-co\"", "\"roles\":[\"Officer\"],\"reviewRoles\":[\"Officer\"]")]
    [InlineData("rung-without-recipient", "\"ladder\":\"cam\"", "\"roles\":[\"Officer\"]")]
    [InlineData("deadline-unreadable", "\"deadline\":\"hom nao do\"", "\"roles\":[\"Officer\"]")]
    [InlineData("deadline-in-words", "\"deadline\":\"trước ngày 25/12/2019\"", "\"roles\":[\"Officer\"]")]
    [InlineData("deadline-impossible", "\"deadline\":\"from 01-03(+1) to 01-02(+1)\"", "\"roles\":[\"Officer\"]")]
    [InlineData("deadline-past", "\"deadline\":\"by 15-11\"", "\"roles\":[\"Officer\"]")]
    [InlineData("deadlines-contradict", "\"deadline\":\"by 15-12\",\"targetDate\":\"by 20-12\"", "\"roles\":[\"Officer\"]")]
    public void A_task_that_nobody_can_do_in_time_is_named(string rule, string texts, string lists)
    {
        Found(Flow("[]", Task("a", texts, lists))).ShouldContain(f => f.Rule == rule && f.ActivityId == "a");
        Found(Flow("[]", Task("a", "\"unit\":\"CDYT\",\"form\":\"mau\",\"ladder\":\"default\",\"deadline\":\"from 01-12 to 20-12\",\"targetDate\":\"by 15-12\"",
            "\"roles\":[\"Officer\"],\"reviewRoles\":[\"Officer\"]"))).ShouldBeEmpty();
    }

    /// <summary>Words are never taken as read: the lint says as which day, and what to write if that is meant.</summary>
    [Fact]
    public void A_deadline_in_a_plans_words_is_shown_as_it_is_read()
    {
        var found = Found(Flow("[]", Task("a", "\"deadline\":\"Gửi trước ngày 15/3/2020\"", "\"roles\":[\"Officer\"]"))).ShouldHaveSingleItem();
        found.Sentence.Vi.ShouldContain("Thứ Bảy 14/03/2020");
        found.Sentence.Vi.ShouldContain("Thứ Sáu 13/03/2020");
        found.Sentence.Vi.ShouldEndWith("hãy ghi before 15-03(+1) \"trước ngày 15/3/2020\"");
        found.Sentence.En.ShouldContain("Saturday 14/03/2020");
    }

    [Theory]
    [InlineData("endpoint-path", "", "", "")]
    [InlineData("endpoint-path", "a/{x}/{x}", "", "")]
    [InlineData("endpoint-path", "a/{x:int}", "", "")]
    [InlineData("endpoint-path", "a/../b", "", "")]
    [InlineData("endpoint-path", "definitions/a", "", "")]
    [InlineData("endpoint-path", "1/2/3/4/5/6/7", "", "")]
    [InlineData("endpoint-method", "a", "BREW", "")]
    [InlineData("endpoint-policy", "a", "POST", "Kaiser")]
    [InlineData("endpoint-taken", "Da/CO", "POST", "")]
    public void An_endpoint_that_no_request_reaches_or_two_definitions_share_is_named(string rule, string path, string method, string policy)
    {
        var world = World with { Endpoints = new Dictionary<string, KnownTitle> { [Stimulus.HashOfRequest("POST", "da/co")] = new("khac", new Text("Khác")) } };
        IReadOnlyList<LintFinding> Judge(string p, string m, string who) =>
            LintDefinition.Run(new DefinitionReader(Catalog).Read(Flow(Ways("e Done w"), Endpoint("e", p, m, who), Respond("w"))).Workflow, world);

        var found = Judge(path, method, policy).ShouldHaveSingleItem();
        (found.Rule, found.ActivityId, found.Weight).ShouldBe((rule, "e", LintWeight.Error));
        if (rule == "endpoint-taken") found.Sentence.Vi.ShouldContain("“Khác” (khac)");
        Judge("da/co/{ma}", "POST", "Officer").ShouldBeEmpty();
        Judge("da/co", "GET", "instance.operate").ShouldBeEmpty();
    }

    [Fact]
    public void Two_starts_of_one_definition_must_not_take_the_same_requests() =>
        Found(Flow(Ways("e Done w", "f Done w"), Endpoint("e", "a/{x}", "POST", ""), Endpoint("f", "A/{y}", "POST", ""), Respond("w"))).Select(f => (f.Rule, f.ActivityId)).ShouldBe([("endpoint-taken", "e"), ("endpoint-taken", "f")]);

    [Fact]
    public void A_start_needs_its_path_as_a_plain_value()
    {
        var computed = Endpoint("e", "a", "POST", "").Replace("{\"type\":\"Literal\",\"value\":\"a\"}", "{\"type\":\"JavaScript\",\"value\":\"'a'\"}", StringComparison.Ordinal);
        Found(Flow(Ways("e Done w"), computed, Respond("w"))).ShouldHaveSingleItem().Rule.ShouldBe("endpoint-computed-start");
        Found(Flow(Ways("s Done e", "e Done w"), Start, computed.Replace("\"canStartWorkflow\":true", "\"canStartWorkflow\":false", StringComparison.Ordinal), Respond("w"))).ShouldBeEmpty();
    }

    [Fact]
    public void What_an_endpoint_says_of_files_has_no_effect_and_is_named()
    {
        var files = Endpoint("e", "a", "POST", "").Replace("\"version\":1,", "\"version\":1,\"exposeFileTooLargeOutcome\":true,", StringComparison.Ordinal);
        Found(Flow(Ways("e Done w"), files, Respond("w"))).ShouldHaveSingleItem().Rule.ShouldBe("endpoint-files");
        var bound = Endpoint("e", "a", "POST", "").Replace("\"version\":1,", "\"version\":1,\"files\":{\"typeName\":\"Object\",\"memoryReference\":{\"id\":\"v\"}},", StringComparison.Ordinal);
        Found(Flow(Ways("e Done w"), bound, Respond("w"))).Select(f => f.Rule).ShouldContain("endpoint-files");
    }

    [Theory]
    [InlineData("""{"logPersistenceMode":"Exclude"}""", true)]
    [InlineData("""{"logPersistenceConfig":{"default":null,"inputs":{"text":{"evaluationMode":"Strategy","strategyType":"Elsa.Workflows.LogPersistence.Strategies.Exclude, Elsa.Workflows.Core"}}}}""", true)]
    [InlineData("""{"logPersistenceConfig":{"default":{"evaluationMode":"Expression","expression":{"type":"JavaScript","value":"'Exclude'"}}}}""", true)]
    [InlineData("""{"logPersistenceMode":"Include","logPersistenceConfig":{"default":{"evaluationMode":"Strategy","strategyType":"Inherit","expression":null}}}""", false)]
    public void What_a_document_leaves_out_of_the_journal_is_kept_and_named(string properties, bool isNamed)
    {
        var line = """{"id":"l","type":"Elsa.WriteLine","version":1,"customProperties":PROPERTIES}""".Replace("PROPERTIES", properties, StringComparison.Ordinal);
        Found(Flow(Ways("s Done l"), Start, line)).Select(f => f.Rule).ShouldBe(isNamed ? ["journal-keeps"] : []);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "request-parts")]
    [InlineData(" Multipart/Mixed", "request-parts")]
    [InlineData("application/x-www-form-urlencoded", null)]
    public void A_request_in_parts_cannot_be_sent(string type, string? rule)
    {
        var send = """{"id":"g","type":"Elsa.FlowSendHttpRequest","version":1,"contentType":{"typeName":"String","expression":{"type":"Literal","value":"TYPE"}}}"""
            .Replace("TYPE", type, StringComparison.Ordinal);
        Found(Flow(Ways("s Done g"), Start, send)).Select(f => f.Rule).Where(r => r == "request-parts").ShouldBe(rule is null ? [] : [rule]);
    }

    [Theory]
    [InlineData("answer-type", "\"contentType\":\"text/html\"")]
    [InlineData("answer-status", "\"statusCode\":\"Found\"")]
    public void An_answer_that_would_be_refused_is_named(string rule, string input)
    {
        Found(Flow(Ways("e Done w"), Endpoint("e", "a", "POST", ""), Respond("w", input))).ShouldHaveSingleItem().Rule.ShouldBe(rule);
        Found(Flow(Ways("e Done w"), Endpoint("e", "a", "POST", ""), Respond("w", "\"contentType\":\"text/plain; charset=utf-8\",\"statusCode\":201"))).ShouldBeEmpty();
    }

    [Fact]
    public void An_answer_that_nobody_waits_for_is_named()
    {
        const string delay = """{"id":"d","type":"Elsa.Delay","version":1,"timeSpan":{"typeName":"TimeSpan","expression":{"type":"Literal","value":"00:05:00"}}}""";
        Found(Flow(Ways("s Done w"), Start, Respond("w"))).ShouldHaveSingleItem().Rule.ShouldBe("answer-unread");
        Found(Flow(Ways("s Done w", "e Done x"), Start, Respond("w"), Endpoint("e", "a", "POST", ""), Line("x"))).ShouldHaveSingleItem().Rule.ShouldBe("answer-unread");
        Found(Flow(Ways("e Done d", "d Done w"), Endpoint("e", "a", "POST", ""), delay, Respond("w"))).ShouldHaveSingleItem().Rule.ShouldBe("answer-late");
        Found(Flow(Ways("e Done d", "d Done f", "f Done w"), Endpoint("e", "a", "POST", ""), delay, Endpoint("f", "a/{x}", "GET", "").Replace("true", "false", StringComparison.Ordinal), Respond("w"))).ShouldBeEmpty();
    }

    [Fact]
    public void A_task_must_not_be_due_before_the_one_it_follows()
    {
        string[] tasks = [Task("a", "\"deadline\":\"by 20-12\"", "\"roles\":[\"Officer\"]"), Line("x"), Task("b", "\"deadline\":\"by 15-12\"", "\"roles\":[\"Officer\"]")];

        var found = Found(Flow(Ways("a Done x", "x Done b"), tasks)).ShouldHaveSingleItem();

        (found.Rule, found.ActivityId, found.Weight).ShouldBe(("deadlines-contradict", "b", LintWeight.Warning));
        found.Sentence.Vi.ShouldBe("“b”: phải xong 15/12/2019, nhưng chỉ được giao sau “a”, có hạn 20/12/2019.");
        Found(Flow(Ways("b Done x", "x Done a"), tasks)).ShouldBeEmpty();
    }

    [Fact]
    public void A_join_of_ways_of_which_only_one_is_taken_never_runs()
    {
        Found(Flow(Ways("d True x", "d False y", "x Done j", "y Done j"), Decision, Line("x"), Line("y"), Join("WaitAll"))).ShouldHaveSingleItem().Rule.ShouldBe("join-never");
        Found(Flow(Ways("d True x", "d False y", "x Done j", "y Done j"), Decision, Line("x"), Line("y"), Join("WaitAllActive"))).ShouldBeEmpty();
        Found(Flow(Ways("f A x", "f B y", "x Done j", "y Done j"), Fork, Line("x"), Line("y"), Join("WaitAll"))).ShouldBeEmpty();
    }

    [Fact]
    public void By_tokens_a_join_that_waits_for_the_active_ways_needs_all_of_them_too()
    {
        var json = Flow(Ways("d True x", "d False y", "x Done j", "y Done j"), Decision, Line("x"), Line("y"), Join("WaitAllActive"))
            .Replace("\"version\":1,\"root\"", "\"version\":1,\"customProperties\":{\"Flowchart:ExecutionMode\":\"TokenBased\"},\"root\"", StringComparison.Ordinal);

        Found(json).ShouldHaveSingleItem().Rule.ShouldBe("join-never");
    }

    [Fact]
    public void A_loop_within_one_of_two_parallel_ways_is_cut_off_by_their_join()
    {
        // f forks to x (done again while d says so) and y; both meet in j.
        Found(Flow(Ways("f A x", "f B y", "x Done d", "d True x", "d False j", "y Done j"), Fork, Line("x"), Decision, Line("y"), Join("WaitAllActive")))
            .ShouldHaveSingleItem().Rule.ShouldBe("loop-broken-by-join");
        Found(Flow(Ways("x Done d", "d True x", "d False f", "f A z", "f B y", "z Done j", "y Done j"), Line("x"), Decision, Fork, Line("z"), Line("y"), Join("WaitAllActive"))).ShouldBeEmpty();
    }

    [Fact]
    public void A_loop_into_the_middle_of_another_way_is_named()
    {
        Found(Flow(Ways("f A x", "f B y", "x Done y", "y Done d", "d True x"), Fork, Line("x"), Line("y"), Decision)).ShouldContain(f => f.Rule == "loop-unsound" && f.Weight == LintWeight.Error);
    }

    [Fact]
    public void A_step_without_a_way_to_it_and_a_way_out_that_never_comes_are_named()
    {
        Found(Flow(Ways("s Done x", "y Done x"), Start, Line("x"), Line("y"))).ShouldHaveSingleItem().Rule.ShouldBe("unreachable");
        Found(Flow(Ways("s Done a", "a Duyet x"), Start, Task("a", "", "\"roles\":[\"Officer\"],\"outcomes\":[\"Dat\"]"), Line("x"))).ShouldHaveSingleItem().Rule.ShouldBe("no-such-outcome");
        Found(Flow(Ways("s Done a", "a Dat x", "a Closed x"), Start, Task("a", "", "\"roles\":[\"Officer\"],\"outcomes\":[\"Dat\"]"), Line("x"))).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_confirmed_is_exactly_what_was_seen()
    {
        var one = Found(Flow(Ways("s Done x"), Start, Line("x"), Line("y")));
        var two = Found(Flow(Ways("s Done x"), Start, Line("x"), Line("y"), Line("z")));

        LintFinding.Digest(one).ShouldBe(LintFinding.Digest(one));
        LintFinding.Digest(one).ShouldNotBe(LintFinding.Digest(two));
        LintFinding.Digest([]).ShouldBeNull();
    }

    [Fact]
    public void The_shipped_definitions_are_clean()
    {
        var reader = new DefinitionReader(Catalog);
        var forms = ShippedFiles.Forms.Keys.ToDictionary(f => f, f => new KnownTitle(f, new Text(f)));
        var roles = new[] { "Chair", "ViceChair", "Officer", "HeadOfOffice", "Clerk" }.ToDictionary(r => r, r => new KnownRole(r, new Text(r), true));
        var published = ShippedFiles.Definitions.Keys.ToDictionary(d => d, d => new KnownTitle(d, new Text(d)));
        var world = World with { Forms = forms, Roles = roles, Published = published };

        foreach (var (id, json) in ShippedFiles.Definitions)
            LintDefinition.Run(reader.Read(json).Workflow, world).Select(f => f.Sentence.Vi).ShouldBeEmpty(id);
    }

    private static IReadOnlyList<LintFinding> Found(string json) => LintDefinition.Run(new DefinitionReader(Catalog).Read(json).Workflow, World);

    private static string Flow(string ways, params string[] activities) =>
        $$"""{"id":"v","definitionId":"d","name":"D","version":1,"root":{"id":"main","type":"Elsa.Flowchart","version":1,"activities":[{{string.Join(',', activities)}}],"connections":{{ways}}},"variables":[{"id":"v1","name":"co","typeName":"String"}]}""";

    /// <summary>"a Done b": from a by its outcome Done to b.</summary>
    private static string Ways(params string[] ways) => $"[{string.Join(',', ways.Select(w => w.Split(' ')).Select(w =>
        $$$"""{"source":{"activity":"{{{w[0]}}}","port":"{{{w[1]}}}"},"target":{"activity":"{{{w[2]}}}","port":"In"}}"""))}]";

    private const string Start = """{"id":"s","type":"Elsa.Start","version":1}""";
    private const string Decision = """{"id":"d","type":"Elsa.FlowDecision","version":1,"condition":{"typeName":"Boolean","expression":{"type":"JavaScript","value":"true"}}}""";
    private const string Fork = """{"id":"f","type":"Elsa.FlowFork","version":1,"branches":{"typeName":"Object","expression":{"type":"Object","value":"[\"A\",\"B\"]"}}}""";

    private static string Line(string id) => $$"""{"id":"{{id}}","type":"Elsa.WriteLine","version":1}""";

    private static string Endpoint(string id, string path, string method, string policy)
    {
        string Text(string name, string value) => value.Length == 0 ? "" : $$$"""
            ,"{{{name}}}":{"typeName":"String","expression":{"type":"Literal","value":"{{{value}}}"}}
            """.Trim();
        var methods = method.Length == 0 ? "" : $$$"""
            ,"supportedMethods":{"typeName":"String[]","expression":{"type":"Object","value":"[\"{{{method}}}\"]"}}
            """.Trim();
        return $$$"""{"id":"{{{id}}}","type":"Elsa.HttpEndpoint","version":1,"customProperties":{"canStartWorkflow":true}{{{Text("path", path)}}}{{{Text("policy", policy)}}}{{{methods}}}}""";
    }

    private static string Respond(string id, string inputs = "")
    {
        var json = (JsonObject)JsonNode.Parse($$"""{"id":"{{id}}","type":"Elsa.WriteHttpResponse","version":1}""")!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse("{" + inputs + "}")!)
            json[name] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value!.DeepClone() } };
        return json.ToJsonString();
    }

    private static string Join(string mode) => $$$$"""{"id":"j","type":"Elsa.FlowJoin","version":1,"mode":{"typeName":"FlowJoinMode","expression":{"type":"Literal","value":"{{{{mode}}}}"}}}""";

    private static string Task(string id, string texts, string lists)
    {
        var json = (JsonObject)JsonNode.Parse($$"""{"id":"{{id}}","type":"Workflows.HumanTask","version":1}""")!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse("{" + texts + "}")!)
            json[name] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = value!.DeepClone() } };
        foreach (var (name, value) in (JsonObject)JsonNode.Parse("{" + lists + "}")!)
            json[name] = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Object", ["value"] = value!.ToJsonString() } };
        return json.ToJsonString();
    }

    private static DesignWorld Make(DateOnly today)
    {
        var mute = new Ladder("cam", [new Rung("T+1", 1, RungUnit.WorkingDays, new TimeOnly(8, 0), [new RecipientRule(RecipientPlace.Owner, "Clerk")])]);
        return new DesignWorld(
            today,
            new[] { new KnownUnit("CDYT", "Công đoàn ngành", "LocalSectorUnion", "/1/"), new KnownUnit("CS1", "Cơ sở 1", "GrassrootsUnion", "/1/2/") }.ToDictionary(u => u.Code),
            new[] { new KnownRole("Officer", new Text("Chuyên viên", "Officer"), true), new KnownRole("Chair", new Text("Chủ tịch"), true), new KnownRole("ViceChair", new Text("Phó"), true), new KnownRole("HeadOfOffice", new Text("Trưởng VP"), true), new KnownRole("Clerk", new Text("Văn thư"), false) }.ToDictionary(r => r.Code),
            new Dictionary<string, KnownTitle> { ["mau"] = new("mau", new Text("Mẫu")) },
            new Dictionary<string, KnownTitle> { ["con"] = new("con", new Text("Con")) },
            new HashSet<(string Role, string Unit)> { ("Officer", "CDYT") },
            new ReferenceData("vn-public@1", new Dictionary<string, WorkingCalendar> { ["vn-public"] = WorkingCalendar.VietnamPublic },
                new Dictionary<string, Ladder> { ["default"] = Ladder.Standard, ["review"] = Ladder.Review, ["cam"] = mute }, new Dictionary<string, int> { ["mau"] = 1 }))
        {
            Kinds = ["GrassrootsUnion", "LocalSectorUnion"],
        };
    }
}
