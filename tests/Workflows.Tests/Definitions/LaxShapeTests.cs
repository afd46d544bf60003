using System.Text.Json.Nodes;
using WorkflowEngine.Definitions;

namespace Workflows.Tests.Definitions;

/// <summary>Old and careless shapes of documents that are accepted.</summary>
public sealed class LaxShapeTests
{
    [Theory]
    [InlineData("""[{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}]""")]
    [InlineData("""{"$values":[{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}]}""")]
    [InlineData("""{"$id":"7","$values":[{"Source":{"Activity":"a","Port":"Done"},"Target":{"Activity":"b","Port":"In"}}]}""")]
    [InlineData("""{"_items":[{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}],"_type":"List<Object>"}""")]
    [InlineData("""{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}""")]
    [InlineData("""{"Source":{"Activity":"a","Port":"Done"},"Target":{"Activity":"b","Port":"In"}}""")]
    [InlineData("""[{"source":"a","sourcePort":"Done","target":"b","targetPort":"In"}]""")]
    [InlineData("""[{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}},{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}]""")]
    public void Connections_come_in_many_forms(string connections) =>
        Documents.Root(Documents.Flowchart(connections, Documents.Line("a"), Documents.Line("b"))).Connections
            .Select(c => (c.Source, c.SourcePort, c.Target, c.TargetPort)).ShouldBe([("a", "Done", "b", "In")]);

    /// <summary>Elsa reads none, whatever they hold.</summary>
    [Theory]
    [InlineData("""{"typeName":"Object","expression":{"type":"Literal","value":[{"source":{"activity":"a"},"target":{"activity":"b"}}]}}""")]
    [InlineData("""{"expression":{"value":[]}}""")]
    [InlineData("\"[]\"")]
    [InlineData("5")]
    [InlineData("true")]
    public void Connections_that_are_no_list_are_none_with_a_warning(string connections)
    {
        var read = Documents.Read(Documents.Flowchart(connections, Documents.Line("a"), Documents.Line("b")));
        read.Workflow.Root.Child("root")!.Connections.ShouldBeEmpty();
        read.Warnings.ShouldHaveSingleItem().Path.ShouldBe("$.root.connections");
    }

    [Fact]
    public void Behind_the_first_connection_nothing_in_place_of_one_is_left_out()
    {
        const string Way = """{"source":{"activity":"a","port":"Done"},"target":{"activity":"b","port":"In"}}""";
        Documents.Root(Documents.Flowchart($"[{Way},null]", Documents.Line("a"), Documents.Line("b"))).Connections.ShouldHaveSingleItem();
        Should.Throw<DefinitionFormatException>(() => Documents.Read(Documents.Flowchart($"[null,{Way}]", Documents.Line("a"), Documents.Line("b")))).Path.ShouldBe("$.root.connections[0]");
    }

    /// <summary>In Elsa the last one counts.</summary>
    [Fact]
    public void Of_a_member_in_two_spellings_the_one_spelt_as_it_is_written_counts()
    {
        var workflow = Documents.Read("""{"definitionId":"d","name":"own","Name":"other","root":{"id":"s","type":"Elsa.Sequence","activities":[]}}""").Workflow;
        workflow.Name.ShouldBe("own");
    }

    /// <summary>Elsa 3.8.0 fails to read these; nothing is lost by reading them.</summary>
    [Theory]
    [InlineData("""{"definitionId":"d","variables":{"$values":[{"id":"v","name":"V","typeName":"Int32","value":5}]},"root":{"id":"s","type":"Elsa.Sequence","activities":{"$values":[{"id":"a","type":"Elsa.Start"}]}}}""")]
    [InlineData("""{"definitionId":"d","variables":{"_items":[{"id":"v","name":"V","typeName":"Int32","value":5}],"_type":"x"},"root":{"id":"s","type":"Elsa.Sequence","activities":{"_items":[{"id":"a","type":"Elsa.Start"}],"_type":"x"}}}""")]
    [InlineData("""{"definitionId":"d","variables":[{"id":"v","name":"V","typeName":"Int32","value":5}],"root":{"id":"s","type":"Elsa.Flowchart","activities":[{"type":"Elsa.Start"}]}}""")]
    [InlineData("""{"definitionId":"d","variables":[{"id":"v","name":"V","typeName":"Int32","value":5}],"root":{"Id":"s","type":"Elsa.Flowchart","Activities":[{"Id":"a","type":"Elsa.Start"}]}}""")]
    [InlineData("""{"definitionId":"d","variables":[{"id":"v","name":"V","typeName":"Int32","value":5}],"root":{"ID":"s","type":"Elsa.Flowchart","ACTIVITIES":[{"ID":"a","type":"Elsa.Start"}]}}""")]
    public void What_old_documents_have_is_read_where_Elsa_fails(string json)
    {
        var workflow = Documents.Read(json).Workflow;
        workflow.Variables.ShouldHaveSingleItem().Value!.ToString().ShouldBe("5");
        workflow.Root.Child("root")!.Children["activities"].ShouldHaveSingleItem().Type.ShouldBe("Elsa.Start");
    }

    [Theory]
    [InlineData("""{"version":null}""", "$.version")]
    [InlineData("""{"version":2.0}""", "$.version")]
    [InlineData("""{"isReadonly":"true"}""", "$.isReadonly")]
    [InlineData("""{"isLatest":null}""", "$.isLatest")]
    [InlineData("""{"toolVersion":"3"}""", "$.toolVersion")]
    [InlineData("""{"createdAt":null}""", "$.createdAt")]
    [InlineData("""{"variables":[{"id":"v","name":"V"}]}""", "$.variables[0].typeName")]
    [InlineData("""{"outputs":[{"name":"A"}]}""", "$.outputs[0].type")]
    [InlineData("""{"inputs":[{"Type":"String","name":"A"}]}""", "$.inputs[0].type")]
    [InlineData("""{"options":{"incidentStrategyType":""}}""", "$.options.incidentStrategyType")]
    [InlineData("""{"root":{"type":"Elsa.Start","version":null}}""", "$.root.version")]
    [InlineData("""{"root":{"type":"Elsa.Start","nodeId":4}}""", "$.root.nodeId")]
    [InlineData("""{"root":{"type":"Elsa.Start","customProperties":null}}""", "$.root.customProperties")]
    [InlineData("""{"root":{"type":"Elsa.Start","canStartWorkflow":"true"}}""", "$.root.canStartWorkflow")]
    [InlineData("""{"root":{"type":"Elsa.Fork","joinMode":null}}""", "$.root.joinMode")]
    [InlineData("""{"root":{"type":"Elsa.Fork","joinMode":"Some"}}""", "$.root.joinMode")]
    [InlineData("""{"root":{"type":"Elsa.Switch","mode":"matchany"}}""", "$.root.mode")]
    [InlineData("""{"root":{"type":"Elsa.Switch","cases":["x"]}}""", "$.root.cases[0]")]
    [InlineData("""{"root":{"type":"Elsa.WriteLine","text":{"typeName":"String","expression":null}}}""", "$.root.text.expression")]
    [InlineData("""{"root":{"type":"Elsa.RunTask","result":{"typeName":"Object"}}}""", "$.root.result.memoryReference")]
    public void What_Elsa_refuses_is_refused(string json, string path) => Should.Throw<DefinitionFormatException>(() => Documents.Read(json)).Path.ShouldBe(path);

    /// <summary>Elsa keeps nothing among inputs and outputs in a draft that can never be published, and of a variable's member given twice the last.</summary>
    [Theory]
    [InlineData("""{"isPublished":false,"inputs":[null]}""", "$.inputs[0]")]
    [InlineData("""{"isPublished":false,"outputs":[null]}""", "$.outputs[0]")]
    [InlineData("""{"variables":[{"id":"v","id":"w","name":"V","typeName":"String"}]}""", "$.variables[0].id")]
    public void What_is_nothing_or_stands_twice_is_refused(string json, string path) => Should.Throw<DefinitionFormatException>(() => Documents.Read(json)).Path.ShouldBe(path);

    /// <summary>Elsa keeps them without a name; nothing could ask for them.</summary>
    [Theory]
    [InlineData("""{"inputs":[{"type":"String"}]}""", "$.inputs[0].name")]
    [InlineData("""{"outputs":[{"type":"String"}]}""", "$.outputs[0].name")]
    [InlineData("""{"variables":[{"id":"v","typeName":"String"}]}""", "$.variables[0].name")]
    [InlineData("""{"root":{"type":"Elsa.Sequence","variables":[{"id":"v","typeName":"String"}]}}""", "$.root.variables[0].name")]
    public void Inputs_outputs_and_variables_need_a_name(string json, string path) => Should.Throw<DefinitionFormatException>(() => Documents.Read(json)).Path.ShouldBe(path);

    [Fact]
    public void Null_for_metadata_outcomes_and_cases_stays_as_in_Elsa()
    {
        var written = Documents.Written("""
            {"outcomes":["A",null],"root":{"id":"f","type":"Elsa.Flowchart","metadata":null,"activities":[{"id":"w","type":"Elsa.WriteLine","metadata":null},
             {"id":"s","type":"Elsa.FlowSwitch","cases":[null]},{"id":"t","type":"Elsa.FlowSwitch","cases":null}]}}
            """);
        var root = written["root"]!;
        written["outcomes"]!.ToJsonString().ShouldBe("""["A",null]""");
        root["metadata"]!.ToJsonString().ShouldBe("{}");
        root["activities"]![0]!.AsObject().ContainsKey("metadata").ShouldBeFalse();
        root["activities"]![1]!["cases"]!.ToJsonString().ShouldBe("[null]");
        root["activities"]![2]!.AsObject().ContainsKey("cases").ShouldBeFalse();
    }

    [Fact]
    public void What_Elsa_fails_on_for_a_null_is_read()
    {
        Documents.Root(Documents.Sequence("""{"id":"u","type":"Acme.Fax","metadata":null}""")).Children["activities"][0].Type.ShouldBe("Acme.Fax");
        Documents.Root(Documents.Sequence("""{"id":"s","type":"Elsa.Switch","cases":null}""")).Children["activities"][0].Raw["cases"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"id\":4", "\"id\":\"4\"")]
    [InlineData("\"name\":true", "\"name\":\"True\"")]
    [InlineData("\"typeName\":4", "\"typeName\":\"Object\"")]
    [InlineData("\"storageDriverTypeName\":{}", "\"value\":\"3\"}")]
    public void A_containers_variable_takes_the_text_of_what_is_no_text(string given, string written)
    {
        var name = given.Split(':')[0];
        string[] others = [.. new[] { "\"id\":\"v\"", "\"name\":\"V\"", "\"typeName\":\"Int32\"", "\"value\":\"3\"" }.Where(m => m.Split(':')[0] != name)];
        var sequence = """{"id":"s","type":"Elsa.Sequence","variables":[{VARIABLE}]}""".Replace("VARIABLE", string.Join(',', others.Append(given)), StringComparison.Ordinal);
        Documents.Written(Documents.WithRoot(sequence))["root"]!["variables"]![0]!.ToJsonString().ShouldContain(written);
    }

    /// <summary>Elsa keeps none, and of two such variables one.</summary>
    [Fact]
    public void An_empty_id_of_a_containers_variable_is_made_up() =>
        Documents.Root("""{"root":{"id":"s","type":"Elsa.Sequence","variables":[{"id":"","name":"A","typeName":"Int32"},{"id":"","name":"B","typeName":"Int32"}]}}""")
            .Variables.Select(v => v.Id).Distinct().Where(id => id.Length == 16).Count().ShouldBe(2);

    [Fact]
    public void A_minus_before_nothing_stays()
    {
        var activity = Documents.Written(Documents.Sequence(Documents.Line("a", "-0.0")))["root"]!["activities"]![0]!;
        activity["text"]!["expression"]!["value"]!.ToString().ShouldBe("-0.0");
        Documents.Written("""{"variables":[{"id":"v","name":"V","typeName":"Double","value":"-0.0"}]}""")["variables"]![0]!["value"]!.ToString().ShouldBe("-0");
        Documents.Written("""{"variables":[{"id":"v","name":"V","typeName":"Decimal","value":"-0.0"}]}""")["variables"]![0]!["value"]!.ToString().ShouldBe("0.0");
    }

    /// <summary>A container's as in Elsa; a definition's is written there as empty text, which the next import takes for no default at all.</summary>
    [Fact]
    public void A_default_that_is_no_date_is_the_first_day_there_is()
    {
        var workflow = Documents.Read("""
            {"variables":[{"id":"v","name":"V","typeName":"DateTime","value":"soon"}],"root":{"id":"s","type":"Elsa.Sequence","variables":[{"id":"w","name":"W","typeName":"DateTime","value":"soon"}]}}
            """).Workflow;
        workflow.Variables[0].First!.ToString().ShouldBe("0001-01-01T00:00:00");
        workflow.Root.Child("root")!.Variables[0].First!.ToString().ShouldBe("0001-01-01T00:00:00");
        var written = DefinitionWriter.Write(workflow);
        written["variables"]![0]!["value"]!.ToString().ShouldBe("01/01/0001");
        written["root"]!["variables"]![0]!["value"]!.ToString().ShouldBe("");
    }

    [Fact]
    public void A_connection_without_port_keeps_none()
    {
        var json = Documents.Flowchart("""[{"source":{"activity":"a"},"target":{"activity":"b"},"vertices":[{"x":1.5,"y":-2}]}]""", Documents.Line("a"), Documents.Line("b"));
        Documents.Root(json).Connections.Single().SourcePort.ShouldBeNull();
        Documents.Written(json)["root"]!["connections"]!.ToJsonString()
            .ShouldBe("""[{"source":{"activity":"a"},"target":{"activity":"b"},"vertices":[{"x":1.5,"y":-2}]}]""");
    }

    [Fact]
    public void A_dangling_connection_is_left_out_with_a_warning()
    {
        var result = Documents.Read(Documents.Flowchart("""[{"source":{"activity":"a"},"target":{"activity":"ghost"}}]""", Documents.Line("a")));
        result.Workflow.Root.Child("root")!.Connections.ShouldBeEmpty();
        var warning = result.Warnings.ShouldHaveSingleItem();
        warning.Path.ShouldBe("$.root.connections[0]");
        warning.Message.ShouldContain("'ghost'");
        warning.MessageVi.ShouldContain("'ghost'");
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("17", "17")]
    [InlineData("12.50", "12.50")]
    [InlineData("true", "True")]
    [InlineData("""["a","ầ"]""", """["a","ầ"]""")]
    [InlineData("""{"typeName":"String","expression":{"type":null,"value":"p"}}""", "p")]
    [InlineData("""{"typeName":"String","expression":{"type":"Literal","value":{"a":[1]}}}""", """{"a":[1]}""")]
    public void A_text_input_takes_many_forms(string given, string value)
    {
        var input = Documents.Root(Documents.Sequence(Documents.Line("a", given))).Children["activities"][0].Inputs["text"];
        input.TypeName.ShouldBe("String");
        input.Expression.ShouldBe(new Expression("Literal", input.Expression!.Value));
        input.Expression.Value!.GetValue<string>().ShouldBe(value);
    }

    [Fact]
    public void What_options_inputs_and_outputs_are_not_known_to_have_is_left_out()
    {
        var written = DefinitionWriter.Write(Documents.Read("""
            {"definitionId":"d","options":{"usableAsActivity":true,"shape":"round","_type":"x"},
             "inputs":[{"name":"A","type":"Int32","defaultValue":3,"isArray":true,"uiHint":"single-line","description":null}],
             "outputs":[{"name":"B","type":"String","uiHint":"single-line","category":"C"}],"root":{"id":"s","type":"Elsa.Sequence"}}
            """).Workflow);
        written["options"]!.ToJsonString().ShouldBe("""{"usableAsActivity":true,"autoUpdateConsumingWorkflows":false}""");
        written["inputs"]!.ToJsonString().ShouldBe("""[{"uiHint":"single-line","type":"Int32","name":"A","displayName":"","category":"","isArray":true}]""");
        written["outputs"]!.ToJsonString().ShouldBe("""[{"type":"String","name":"B","displayName":"","description":"","category":"C"}]""");
    }

    [Fact]
    public void Of_a_converter_its_id_and_settings_are_kept()
    {
        var json = Documents.Sequence("""{"id":"r","type":"Elsa.RunJavaScript","result":{"typeName":"Object","memoryReference":{"id":"v"},"converter":{"id":"c","settings":{"a":[1]},"more":1}}}""");
        Documents.Written(json)["root"]!["activities"]![0]!["result"]!["converter"]!.ToJsonString().ShouldBe("""{"id":"c","settings":{"a":[1]}}""");
    }

    [Theory]
    [InlineData("""{"expression":{"type":"Literal","value":"x"}}""", "typeName")]
    [InlineData("""{"TypeName":"String","Expression":{"Type":"Literal","Value":"p"}}""", "typeName")]
    [InlineData("""{"typeName":"String","Expression":{"type":"Literal","value":"p"}}""", "expression")]
    [InlineData("""{"typeName":"String","expression":{"Type":"Literal","value":"p"}}""", "type")]
    [InlineData("""{"typeName":"String"}""", "expression")]
    [InlineData("""{"typeName":"String","expression":{"value":"x"}}""", "type")]
    [InlineData("""{"typeName":"String","expression":{"type":"Cobol","value":"x"}}""", "Cobol")]
    public void An_input_that_Elsa_reads_as_none_is_left_out_with_a_warning(string given, string about)
    {
        var result = Documents.Read(Documents.Sequence(Documents.Line("a", given)));
        result.Workflow.FindActivity("a")!.Inputs.ShouldBeEmpty();
        result.Warnings.ShouldHaveSingleItem().Message.ShouldContain(about);
    }

    [Theory]
    [InlineData("5", "5")]
    [InlineData("\"5\"", "5")]
    [InlineData("\"five\"", "0")]
    [InlineData("\"99999999999\"", null)]
    public void A_bare_value_is_converted_to_the_inputs_type(string given, string? value)
    {
        var json = Documents.Sequence($$"""{"id":"f","type":"Elsa.For","end":{{given}}}""");
        Documents.Read(json).Workflow.FindActivity("f")!.Inputs["end"].Expression!.Value?.ToJsonString().ShouldBe(value);
    }

    [Fact]
    public void Missing_ids_are_generated_around_those_given()
    {
        var root = Documents.Root(Documents.WithRoot(
            """{"type":"Elsa.Flowchart","activities":[{"type":"Elsa.WriteLine"},{"type":"Elsa.WriteLine","id":"WriteLine1"},{"type":"Elsa.WriteLine","id":" "},{"type":"Acme.Fax"}]}"""));
        root.Children["activities"].Select(a => a.Id).ShouldBe(["WriteLine2", "WriteLine1", "WriteLine3", "NotFoundActivity1"]);
    }

    [Theory]
    [InlineData("", "^[0-9a-f]{16}$")]
    [InlineData("\"id\":null,", "^[0-9a-f]{16}$")]
    [InlineData("\"id\":\"\",", "^Flowchart1$")]
    public void A_flowchart_without_id_has_one_made_up_as_in_Elsa(string given, string id)
    {
        var document = Documents.WithRoot($$"""{{{given}}"type":"Elsa.Flowchart","activities":[]}""");
        var made = Documents.Root(document).Id;
        made.ShouldMatch(id);
        Documents.Root(document).Id.ShouldBe(made);
    }

    [Fact]
    public void The_workflow_is_numbered_past_ids_in_use() =>
        Documents.Read(Documents.Sequence(Documents.Line("Workflow1"))).Workflow.Root.Id.ShouldBe("Workflow2");

    [Fact]
    public void Flags_at_the_top_of_an_activity_count_unless_its_properties_have_them()
    {
        var nodes = Documents.Root(Documents.Sequence(
            """{"id":"a","type":"Elsa.Event","canStartWorkflow":true,"runAsynchronously":true}""",
            """{"id":"b","type":"Elsa.Event","canStartWorkflow":true,"customProperties":{"CanStartWorkflow":false}}""")).Children["activities"];
        nodes.Select(n => n.CanStartWorkflow).ShouldBe([true, false]);
        nodes[0].CustomProperties["runAsynchronously"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Wrapped_dictionaries_are_unwrapped()
    {
        var node = Documents.Root(Documents.Sequence(
            """{"id":"a","type":"Elsa.WriteLine","metadata":{"_type":"X","tags":{"_items":["t"],"_type":"List<Object>"},"more":{"_type":"Y","items":[1]}},"customProperties":{"list":{"$values":[{"_type":"Z","k":1.0}]}}}""")).Children["activities"][0];
        node.Metadata.ToJsonString().ShouldBe("""{"tags":{"_items":["t"]},"more":[1]}""");
        node.CustomProperties["list"]!.ToJsonString().ShouldBe("""{"$values":[{"k":1}]}""");
    }

    [Fact]
    public void Variables_take_any_scalar_as_default_and_old_type_names()
    {
        const string json = """
            {"variables":[
              {"id":"a","name":"A","typeName":"Int32","value":5},
              {"id":"b","name":"B","typeName":"boolean","value":true},
              {"id":"c","name":"C","typeName":"String","isArray":true,"value":["x"],"storageDriverTypeName":"Elsa.Old.WorkflowStorageDriver, Elsa"},
              {"name":"D","typeName":"System.Collections.Generic.List`1[[System.Int32, System.Private.CoreLib, Version=8.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e]], System.Private.CoreLib","value":"[1, 2]"},
              {"id":"e","name":"E","typeName":"Int32","value":"five"},
              {"id":"f","name":"F","typeName":"Nonsense"}]}
            """;
        var result = Documents.Read(json);
        result.Workflow.Variables.Select(v => (v.Id, v.TypeName, v.Value?.GetValue<string>())).ShouldBe(
            [("a", "Int32", "5"), ("b", "Boolean", "True"), ("c", "String[]", """["x"]"""), ("Workflow1:variable-1", "List<Int32>", "[1,2]"), ("e", "Int32", "0")]);
        result.Workflow.Variables[2].StorageDriverTypeName.ShouldBe("WorkflowStorageDriver");
        result.Warnings.Select(w => w.Path).ShouldBe(["$.variables[4].value", "$.variables[5]"]);
        result.Workflow.Root.Variables.ShouldBe(result.Workflow.Variables);
    }

    [Fact]
    public void References_to_variables_may_be_text()
    {
        var input = Documents.Root(Documents.Sequence(Documents.Line("a",
            """{"typeName":"String","expression":{"type":"Variable","value":"{\"Id\":\"v\",\"Name\":\"V\",\"TypeName\":\"System.Int32, System.Private.CoreLib\"}"}}"""))).Children["activities"][0].Inputs["text"];
        input.Expression!.Value!.ToJsonString().ShouldBe("""{"id":"v","name":"V","typeName":"Int32"}""");
    }

    [Fact]
    public void Strategies_by_their_old_names_are_shortened()
    {
        var options = Documents.Read("""
            {"options":{"activationStrategyType":"Elsa.Workflows.Runtime.ActivationStrategies.SingletonStrategy, Elsa.Workflows.Runtime",
             "incidentStrategyType":"Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core"}}
            """).Workflow.Options;
        options.ActivationStrategyType.ShouldBe("SingletonStrategy");
        options.IncidentStrategyType.ShouldBe("ContinueWithIncidentsStrategy");
    }

    [Fact]
    public void An_undeclared_member_is_left_out_with_a_warning()
    {
        var result = Documents.Read(Documents.Sequence("""{"id":"a","type":"Elsa.WriteLine","colour":"red"}"""));
        result.Warnings.ShouldHaveSingleItem().Path.ShouldBe("$.root.activities[0].colour");
        DefinitionWriter.WriteText(result.Workflow).ShouldNotContain("colour");
    }

    [Fact]
    public void A_missing_version_of_a_known_type_is_kept_for_the_runner_to_refuse()
    {
        var node = Documents.Root(Documents.Sequence("""{"id":"a","type":"Elsa.WriteLine","version":99}""")).Children["activities"][0];
        node.Version.ShouldBe(99);
        node.Activity.Descriptor.Version.ShouldBe(1);
    }

    [Fact]
    public void The_callers_object_is_not_touched()
    {
        var json = (JsonObject)JsonNode.Parse(Documents.Sequence(Documents.Line("a")))!;
        var before = json.ToJsonString();
        Documents.Reader.Read(json);
        json.ToJsonString().ShouldBe(before);
    }
}
